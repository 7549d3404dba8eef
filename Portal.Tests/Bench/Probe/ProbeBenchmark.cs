using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Tests.Bench.Idle;

namespace Portal.Tests.Bench.Probe;

/// <summary>What it costs to ask a thousand instances for their health.</summary>
internal sealed class ProbeBenchmark : IBenchmark
{
    private const int Endpoints = 1_000;
    private const double Goal = 0.1;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(15);

    public string Name => "probe";

    public string Summary => $"processor time of one host's prober, {Endpoints} instances over http every {s_interval.TotalSeconds} s, against the same by HttpClient";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        await using var server = await ProbeServer.StartAsync(Endpoints, cancellation);
        var asked = new List<double>();
        using var peer = new HttpClientProbe();
        var own = new SocketProbe(TimeProvider.System);
        var series = await Rounds.RunAsync(
        [
            new Contender("Portal", "cores", (_, stop) => MeasureAsync(own, server.Ports, asked.Add, stop)),
            new Contender("HttpClient", "cores", (_, stop) => MeasureAsync(peer, server.Ports, static _ => { }, stop)),
        ], cancellation, warmUp: true);
        report.Add(series[0]);
        report.AddRatio(series[0], report.Add(series[1]));
        var rate = report.Add(new Series("probes that passed", "/s", asked.Skip(1).ToArray()));
        report.GoalAtMost($"less than {Goal} of a core for {Endpoints} instances at {s_interval.TotalSeconds} s", series[0].Median, Goal);
        report.GoalAtLeast("each asked once an interval", rate.Min / (Endpoints / s_interval.TotalSeconds), 0.98);
    }

    /// <summary>Processor time of this process over the window, once all are healthy.</summary>
    private static async Task<double> MeasureAsync(IProbe probe, IReadOnlyList<int> ports, Action<double> passedASecond, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var counting = new CountingProbe(probe);
        var healthy = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var prober = new HostProber("127.0.0.1", "bench", counting, (_, record) =>
        {
            if (record.Ready && Interlocked.Increment(ref healthy) == ports.Count)
            {
                all.TrySetResult();
            }
        }, TimeProvider.System, NullLogger.Instance);
        var running = prober.RunAsync(ending.Token);
        prober.Aim(Targets(ports));
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        await Task.Delay(s_interval * 1.5, TimeProvider.System, cancellation);
        var (began, used, passed) = (Stopwatch.GetTimestamp(), ProcessUse.Seconds([Environment.ProcessId]), counting.Passed);
        await Task.Delay(s_window, TimeProvider.System, cancellation);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var cores = (ProcessUse.Seconds([Environment.ProcessId]) - used) / seconds;
        passedASecond((counting.Passed - passed) / seconds);
        await ending.CancelAsync();
        await running.ContinueWith(static _ => { }, TaskScheduler.Default);
        return cores;
    }

    private static Dictionary<InstanceId, ProbeTarget> Targets(IReadOnlyList<int> ports)
    {
        var app = new AppId(Guid.NewGuid());
        var policy = new HealthSpec { Kind = HealthKind.Http, Path = "/health", Interval = s_interval };
        var now = TimeProvider.System.GetUtcNow();
        return ports.Select((port, i) => (Port: port, Slot: i + 1)).ToDictionary(e => InstanceId.Of(app, e.Slot, 1),
            e => new ProbeTarget(ProbeRule.Begin(new ContainerRun($"c{e.Slot}", now), InstanceObservation.Initial, now), e.Port, policy));
    }

    private sealed class CountingProbe(IProbe inner) : IProbe
    {
        private long _passed;

        public long Passed => Interlocked.Read(ref _passed);

        public async Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation)
        {
            var answer = await inner.AskAsync(question, cancellation);
            if (answer.Outcome == ProbeOutcome.Passed)
            {
                Interlocked.Increment(ref _passed);
            }
            return answer;
        }
    }

    /// <summary>The framework's client, set up as well as it can be: one handler, no redirects, no cookies, a connection a probe.</summary>
    private sealed class HttpClientProbe : IProbe, IDisposable
    {
        private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

        public async Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{question.Authority}{question.Policy.Path}") { Headers = { ConnectionClose = true } };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(question.Policy.Timeout);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new ProbeAnswer(response.IsSuccessStatusCode ? ProbeOutcome.Passed : ProbeOutcome.Failed, TimeSpan.Zero, "");
        }

        public void Dispose() => _client.Dispose();
    }
}
