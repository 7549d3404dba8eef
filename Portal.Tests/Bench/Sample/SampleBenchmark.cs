using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Agents.Docker;
using Portal.Agents.Hosts;
using Portal.Agents.Sampling;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Metrics;
using Portal.Tests.Bench.Idle;
using Portal.Tests.Engine;
using Portal.Tests.Store;

namespace Portal.Tests.Bench.Sample;

/// <summary>What it costs to measure three hundred containers, and what their engines take for it.</summary>
internal sealed class SampleBenchmark : IBenchmark
{
    private const int Containers = 300;
    private const string Label = "bench.sample=1";
    private const double Goal = 15;
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(14);
    private static readonly DockerEngineFactory s_engines = new(new DockerEngineOptions(), TimeProvider.System);

    public string Name => "sample";

    public string Summary => $"processor time of Portal that {Containers} running containers on {TestHosts.Count} engines are measured for, each every two seconds, and of their engines";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        await using var hosts = new TestHosts();
        await hosts.InitializeAsync();
        var engines = hosts.All;
        await using var fixture = new StoreFixture();
        await using var store = await MigratedStore.CreateAsync(fixture);
        try
        {
            await Task.WhenAll(engines.Select(e => StartAsync(e, cancellation)));
            var orders = await Task.WhenAll(engines.Select(e => OrderAsync(e, cancellation)));
            await MeasureAsync(report, engines, orders, store.Source, cancellation);
        }
        finally
        {
            await Task.WhenAll(engines.Select(e => e.RemoveContainersAsync(Label)));
        }
    }

    private static async Task MeasureAsync(BenchReport report, IReadOnlyList<TestHost> engines, SamplingOrder[] orders, NpgsqlDataSource source, CancellationToken cancellation)
    {
        var (engine, quiet, store, rate, readings) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var series = await Rounds.RunAsync(
        [
            new Contender("Portal, measuring", "% of a core", async (_, stop) =>
            {
                await using var recording = new Recording(engines, orders, source);
                await Task.Delay(s_settling, TimeProvider.System, stop);
                var (before, read) = (await StoredAsync(source, stop), recording.Readings);
                var use = await UseAsync(engines, stop);
                engine.Add(use.Engines);
                store.Add(use.Children);
                readings.Add((recording.Readings - read) / use.Seconds);
                rate.Add((await StoredAsync(source, stop) - before) / use.Seconds);
                return use.Own;
            }),
            new Contender("Portal, not measuring", "% of a core", async (_, stop) =>
            {
                var use = await UseAsync(engines, stop);
                quiet.Add(use.Engines);
                return use.Own;
            }),
        ], cancellation, warmUp: true);
        var on = report.Add(series[0]);
        report.Add(series[1]);
        report.Add(new Series("its PostgreSQL, measuring", "% of a core", store.Skip(1).ToArray()));
        var busy = report.Add(new Series("all engines, measured", "% of a core", engine.Skip(1).ToArray()));
        var idle = report.Add(new Series("all engines, not measured", "% of a core", quiet.Skip(1).ToArray()));
        report.Add(new Series("engines' own share of it", "% of a core", busy.Values.Zip(idle.Values, (a, b) => a - b).ToArray()));
        var asked = report.Add(new Series("containers read", "/s", readings.Skip(1).ToArray()));
        report.Add(new Series("figures stored", "/s", rate.Skip(1).ToArray()));
        report.GoalAtMost($"{Containers} containers each 2 s: at most {Goal} % of a core", on.Median, Goal);
        report.GoalAtLeast("each read each 2 s", asked.Median / (Containers / 2.0), 0.95);
    }

    private static async Task<(double Own, double Children, double Engines, double Seconds)> UseAsync(IReadOnlyList<TestHost> engines, CancellationToken cancellation)
    {
        int[] own = [Environment.ProcessId];
        var children = ProcessUse.Tree(Environment.ProcessId).Skip(1).ToList();
        var theirs = engines.SelectMany(e => ProcessUse.Tree(PidOf(e))).ToList();
        var began = Stopwatch.GetTimestamp();
        var before = (Own: ProcessUse.Seconds(own), Children: ProcessUse.Seconds(children), Engines: ProcessUse.Seconds(theirs));
        await Task.Delay(s_window, TimeProvider.System, cancellation);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return (100 * (ProcessUse.Seconds(own) - before.Own) / seconds, 100 * (ProcessUse.Seconds(children) - before.Children) / seconds,
            100 * (ProcessUse.Seconds(theirs) - before.Engines) / seconds, seconds);
    }

    private static int PidOf(TestHost host) => int.Parse(File.ReadAllText(Path.Combine(TestHosts.Folder, host.Name, "pid")), CultureInfo.InvariantCulture);

    private static async Task<double> StoredAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT count(*) FROM metric_samples");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task StartAsync(TestHost host, CancellationToken cancellation)
    {
        await host.RemoveContainersAsync(Label);
        await using var engine = s_engines.Connect(new EngineEndpoint(host.TcpEndpoint));
        for (var n = 0; n < Containers / TestHosts.Count; n++)
        {
            var id = await engine.CreateContainerAsync(new ContainerRequest
            {
                Name = $"sample.{n}",
                Image = "test/busybox:1",
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add("bench.sample", "1"),
            }, cancellation);
            await engine.StartContainerAsync(id, cancellation);
        }
    }

    private static async Task<SamplingOrder> OrderAsync(TestHost engine, CancellationToken cancellation)
    {
        var app = new AppId(Guid.NewGuid());
        var host = HostOf(engine);
        var ids = await engine.ContainersAsync(Label);
        cancellation.ThrowIfCancellationRequested();
        return new SamplingOrder(true, "", [.. ids.Select((id, i) => new SampledContainer(id, new MeasuredInstance
        {
            Id = InstanceId.Of(app, i + 1, 1),
            App = app,
            AppName = "sample",
            Team = default,
            TeamName = "default",
            Slot = i + 1,
            Host = host.Id,
            HostName = host.Name,
        }, true, 0))]);
    }

    private static HostRegistration HostOf(TestHost host) =>
        new(new HostId(new Guid(host.Number, 0, 0, new byte[8])), host.Name, new EngineEndpoint(host.TcpEndpoint), host.Address, TimeSpan.FromSeconds(10), null);

    /// <summary>Samplers and recorder as an agent has them, until disposed.</summary>
    private sealed class Recording : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly UsageRecorder _recorder;
        private readonly Task _running;

        public Recording(IReadOnlyList<TestHost> engines, SamplingOrder[] orders, NpgsqlDataSource source)
        {
            _recorder = new UsageRecorder(new UsageWriter(source), s_engines, new SamplingOptions(), TimeProvider.System, NullLogger<UsageRecorder>.Instance);
            _running = Task.WhenAll(engines.Zip(orders, (engine, order) => _recorder.RunAsync(HostOf(engine), new SamplingAim { Current = order }, _ending.Token)).Append(_recorder.StartAsync(_ending.Token)));
        }

        public long Readings => _recorder.Readings;

        public async ValueTask DisposeAsync()
        {
            await _recorder.StopAsync(CancellationToken.None);
            await _ending.CancelAsync();
            await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
            _recorder.Dispose();
            _ending.Dispose();
        }
    }
}
