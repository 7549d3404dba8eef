using System.Diagnostics;

namespace Portal.Tests.Store.Embedded;

/// <summary>Runs an <see cref="OtherPart"/> in a process of its own, through this assembly's entry point.</summary>
internal sealed class OtherProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    private OtherProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>As <c>nobody</c> it may still read everything, for the build may lie below a closed folder.</summary>
    public static OtherProcess Start(string part, string folder, bool asNobody)
    {
        const string readAll = "+dac_read_search";
        string[] user = asNobody
            ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--inh-caps", readAll, "--ambient-caps", readAll]
            : ["setpriv"];
        string[] command =
        [
            .. user, "--", Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet",
            "exec", typeof(OtherProcess).Assembly.Location, "other-part", part, folder,
        ];
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, WorkingDirectory = folder };
        info.Environment["HOME"] = folder;
        info.Environment["TMPDIR"] = folder;
        return new OtherProcess(Process.Start(info)!);
    }

    public void Kill() => _process.Kill();

    public async Task<(int ExitCode, string Output)> EndAsync()
    {
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
