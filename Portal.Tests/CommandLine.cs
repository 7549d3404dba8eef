using System.Diagnostics;

namespace Portal.Tests;

/// <summary>Runs a program to its end. Arguments are never joined into one line.</summary>
internal static class CommandLine
{
    public sealed record Result(int ExitCode, string Output, string Error);

    public static async Task<Result> RunAsync(string program, IEnumerable<string> arguments, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout ?? TimeSpan.FromMinutes(1));
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} did not end in time.");
        }
    }

    /// <summary>As <see cref="RunAsync"/>, but an exit code other than 0 is an exception that carries what the program said.</summary>
    public static async Task<string> RequireAsync(string program, IEnumerable<string> arguments, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var list = arguments.ToList();
        var result = await RunAsync(program, list, timeout, cancellation);
        return result.ExitCode == 0
            ? result.Output.TrimEnd()
            : throw new InvalidOperationException($"{program} {string.Join(' ', list)} exited with {result.ExitCode}: {result.Error.Trim()} {result.Output.Trim()}");
    }
}
