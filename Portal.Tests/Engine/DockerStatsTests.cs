using System.Globalization;
using Portal.Agents.Sampling;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>What is measured of real containers, beside what Docker's own command line says of them.</summary>
public sealed class DockerStatsTests(TestHosts hosts) : EngineTestBase(hosts)
{
    // How long both are compared; a longer run by hand brings them nearer.
    private static TimeSpan Window { get; } = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("PORTAL_STATS_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 12);

    [Fact]
    public async Task A_busy_container_is_measured_as_docker_stats_does()
    {
        var engine = Connect(1);
        var busy = await StartAsync(engine, Request("busy") with
        {
            // Some memory, some cache of files that the kernel may take back, and half a core.
            Command = ["sh", "-c", "dd if=/dev/zero of=/big bs=1M count=24 2>/dev/null; cat /big > /dev/null; a=$(head -c 8000000 /dev/zero | tr '\\0' x); while :; do :; done"],
            LimitCpus = 0.4,
            LimitMemoryBytes = 256 << 20,
        });
        await EventuallyAsync(async () => (await engine.GetStatsAsync(busy, Cancellation))?.MemoryBytes ?? 0, bytes => bytes > 6_000_000);

        var theirs = DockersAsync(busy);
        var (cpu, memory) = await OursAsync(engine, busy);
        var (theirCpu, theirMemory) = await theirs;
        TestContext.Current.TestOutputHelper!.WriteLine($"CPU {cpu:0.0000} against {theirCpu:0.0000} cores, memory {memory:0} against {theirMemory:0} bytes over {Window.TotalSeconds} s");

        Assert.InRange(cpu / theirCpu, 0.85, 1.15);
        Assert.InRange(memory / theirMemory, 0.95, 1.05);
    }

    [Fact]
    public async Task Traffic_and_writes_are_counted_and_what_does_not_run_has_none()
    {
        var engine = Connect(1);
        var id = await StartAsync(engine, Request("net") with { Command = ["sleep", "600"] });
        var before = (await engine.GetStatsAsync(id, Cancellation))!;
        var address = (await engine.InspectContainerAsync(id, Cancellation))!.Addresses.Values.Single();
        await CommandLine.RequireAsync("nsenter", [$"--net={Hosts[1].NetworkNamespace}", "busybox", "ping", "-c", "3", "-s", "1000", address]);
        var after = (await engine.GetStatsAsync(id, Cancellation))!;
        Assert.InRange(after.ReceivedBytes!.Value - before.ReceivedBytes!.Value, 3_000, 20_000);
        Assert.InRange(after.SentBytes!.Value - before.SentBytes!.Value, 3_000, 20_000);
        Assert.True(after.ReadAt > before.ReadAt && after.Cpu >= before.Cpu);

        await engine.StopContainerAsync(id, TimeSpan.Zero, Cancellation);
        Assert.Null(await engine.GetStatsAsync(id, Cancellation));
        await engine.RemoveContainerAsync(id, force: true, Cancellation);
        Assert.Null(await engine.GetStatsAsync(id, Cancellation));

        var open = await StartAsync(engine, Request("host") with { Command = ["sleep", "600"], Network = "host" });
        Assert.Null((await engine.GetStatsAsync(open, Cancellation))!.ReceivedBytes);
    }

    /// <summary>As a sampler does: every two seconds.</summary>
    private async Task<(double Cpu, double Memory)> OursAsync(IContainerEngine engine, string id)
    {
        var (cpu, memory) = (new List<double>(), new List<double>());
        ContainerStats? before = null;
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Window)
        {
            var stats = (await engine.GetStatsAsync(id, Cancellation))!;
            var measured = Measurement.Of(before, stats, stats.ReadAt);
            before = stats;
            memory.Add(measured.Memory);
            if (measured.Cpu is { } cores)
            {
                cpu.Add(cores);
            }
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancellation);
        }
        return (cpu.Average(), memory.Average());
    }

    /// <summary>What <c>docker stats</c> prints, each time it prints.</summary>
    private async Task<(double Cpu, double Memory)> DockersAsync(string id)
    {
        var (cpu, memory) = (new List<double>(), new List<double>());
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Window)
        {
            var printed = (await Hosts[1].DockerAsync("stats", "--no-stream", "--format", "{{.CPUPerc}} {{.MemUsage}}", id)).Trim().Split(' ');
            cpu.Add(double.Parse(printed[0].TrimEnd('%'), CultureInfo.InvariantCulture) / 100);
            memory.Add(double.Parse(printed[1].Replace("MiB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * (1 << 20));
        }
        return (cpu.Average(), memory.Average());
    }
}
