using System.Diagnostics;

namespace Portal.Tests.Store.Embedded;

/// <summary>
/// Runs one explicit test of this assembly in a process of its own, which can then be killed or have another user.
/// It is told its folder by <see cref="FolderVariable"/>.
/// </summary>
internal sealed class OtherProcess : IDisposable
{
    public const string FolderVariable = "PORTAL_TEST_FOLDER";
    private readonly Process _process;
    private readonly Task<string> _output;

    private OtherProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
    }

    public static string Folder => Environment.GetEnvironmentVariable(FolderVariable)
        ?? throw new InvalidOperationException("This part of a test is run by another test.");

    /// <summary>As <c>nobody</c> it may still read everything, for the build may lie below a closed folder.</summary>
    public static OtherProcess Start(string method, string folder, bool asNobody)
    {
        const string readAll = "+dac_read_search";
        string[] user = asNobody
            ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--inh-caps", readAll, "--ambient-caps", readAll]
            : ["setpriv"];
        string[] command =
        [
            .. user, "--", Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet",
            "exec", typeof(OtherProcess).Assembly.Location, "-explicit", "only", "-method", method, "-noLogo", "-noColor",
        ];
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, WorkingDirectory = folder };
        info.Environment[FolderVariable] = folder;
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
