using System.Diagnostics;
using System.Globalization;

namespace Portal.Tests.Scripts;

/// <summary>What <c>run.sh</c> clears away before it starts an engine, in a folder in place of <c>/var/run</c>.</summary>
public sealed class EngineStartTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("portal-engine-start-").FullName;

    public EngineStartTests() => Directory.CreateDirectory(Path.Combine(_run, "docker", "containerd"));

    private string ContainerdPid => Path.Combine(_run, "docker", "containerd", "containerd.pid");

    private string EnginePid => Path.Combine(_run, "docker.pid");

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public async Task Files_that_name_a_process_of_something_else_go()
    {
        Write(ContainerdPid, Environment.ProcessId);
        Write(EnginePid, Environment.ProcessId);

        await ForgetAsync();

        Assert.False(File.Exists(ContainerdPid));
        Assert.False(File.Exists(EnginePid));
    }

    [Fact]
    public async Task Files_that_name_no_process_go()
    {
        File.WriteAllText(ContainerdPid, "");
        Write(EnginePid, int.MaxValue);

        await ForgetAsync();

        Assert.False(File.Exists(ContainerdPid));
        Assert.False(File.Exists(EnginePid));
    }

    [Fact]
    public async Task Nothing_there_is_fine() => await ForgetAsync();

    [Fact]
    public async Task What_its_own_processes_wrote_stays()
    {
        using var containerd = Start("containerd", $"{_run}/docker/containerd/containerd.toml");
        using var engine = Start("dockerd", "-");
        try
        {
            await NamedAsync(containerd, "containerd");
            await NamedAsync(engine, "dockerd");
            Write(ContainerdPid, containerd.Id);
            Write(EnginePid, engine.Id);

            await ForgetAsync();

            Assert.True(File.Exists(ContainerdPid));
            Assert.True(File.Exists(EnginePid));
        }
        finally
        {
            containerd.Kill();
            engine.Kill();
        }
    }

    [Fact]
    public async Task Those_of_another_engine_are_not_its_own()
    {
        using var containerd = Start("containerd", "/elsewhere/containerd.toml");
        using var engine = Start("dockerd", "--pidfile");
        try
        {
            await NamedAsync(containerd, "containerd");
            await NamedAsync(engine, "dockerd");
            Write(ContainerdPid, containerd.Id);
            Write(EnginePid, engine.Id);

            await ForgetAsync();

            Assert.False(File.Exists(ContainerdPid));
            Assert.False(File.Exists(EnginePid));
        }
        finally
        {
            containerd.Kill();
            engine.Kill();
        }
    }

    private async Task ForgetAsync() =>
        await CommandLine.RequireAsync("bash", ["-euc", "source \"$1\" && forget_dead_engine \"$2\"", "check", Repository.PathTo("scripts", "install.sh"), _run]);

    private static void Write(string file, int pid) => File.WriteAllText(file, pid.ToString(CultureInfo.InvariantCulture));

    // The shell under that name; it reads from a pipe that stays open.
    private Process Start(string name, string argument)
    {
        var program = Path.Combine(_run, name);
        File.Copy("/bin/bash", program, overwrite: true);
        return Process.Start(new ProcessStartInfo(program, ["-c", "read -r line", "x", argument]) { RedirectStandardInput = true })!;
    }

    private static async Task NamedAsync(Process process, string name)
    {
        var deadline = Stopwatch.StartNew();
        while ((await File.ReadAllTextAsync($"/proc/{process.Id}/comm", TestContext.Current.CancellationToken)).Trim() != name)
        {
            Assert.True(deadline.Elapsed < TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }
}
