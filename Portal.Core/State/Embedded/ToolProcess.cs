using System.ComponentModel;
using System.Diagnostics;

namespace Portal.Core.State.Embedded;

/// <summary>Runs a short-lived program to its end.</summary>
internal static class ToolProcess
{
    /// <summary>Its output. Ends it when cancelled.</summary>
    /// <exception cref="EmbeddedPostgresException">It is absent or failed; the message carries what it said.</exception>
    public static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(program, arguments, environment ?? new Dictionary<string, string>());
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = await process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? await output : throw new EmbeddedPostgresException(
                $"{Path.GetFileName(program)} failed: {errors.Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static Process Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(info) ?? throw new EmbeddedPostgresException($"{program} did not start.");
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new EmbeddedPostgresException($"{program} cannot be run on this machine: {e.Message}", e);
        }
    }
}
