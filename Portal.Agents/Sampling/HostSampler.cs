using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Portal.Agents.Hosts;
using Portal.Core.Engine;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>
/// Measures the running containers of one host, each once an interval and spread over it. What is late is left out until its next turn,
/// never queued: an engine that is slow is asked less.
/// </summary>
internal sealed class HostSampler : IAsyncDisposable
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(4);
    private readonly HostRegistration _host;
    private readonly SamplingAim _aim;
    private readonly SamplingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IContainerEngine _engine;
    private readonly IMachineMeter _machine;
    private readonly SemaphoreSlim _calls;
    private Dictionary<string, ContainerMeter> _byId = [];
    private volatile ContainerMeter[] _meters = [];
    private SamplingOrder _followed = SamplingOrder.None;
    private long _readings;

    public HostSampler(HostRegistration host, SamplingAim aim, IContainerEngineFactory engines, IMachineMeter machine, SamplingOptions options, TimeProvider time, ILogger log)
    {
        (_host, _aim, _machine, _options, _time, _log) = (host, aim, machine, options, time, log);
        _engine = engines.Connect(host.Endpoint!);
        var overSsh = host.Endpoint!.Address.StartsWith("ssh:", StringComparison.Ordinal);
        _calls = new SemaphoreSlim(overSsh ? options.CallsAtOnceOverSsh : options.CallsAtOnce);
    }

    /// <summary>How often a container was read so far.</summary>
    public long Readings => Interlocked.Read(ref _readings);

    /// <summary>Measures until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var round = 0L;
        while (true)
        {
            var began = _time.GetTimestamp();
            Follow();
            await _machine.ReadAsync(_followed.RootFolder, cancellation);
            var meters = _followed.IsAnswering ? _meters : [];
            var steps = Math.Clamp(meters.Length, 1, _options.Steps);
            // Each round begins elsewhere, so that what is left out when time is short is not always the same.
            var first = meters.Length == 0 ? 0 : (int)(round++ * 7 % steps);
            for (var step = 0; step < steps; step++)
            {
                var due = _options.Interval * step / steps;
                await UntilAsync(began, due, cancellation);
                if (_time.GetElapsedTime(began) >= _options.Interval)
                {
                    break;
                }
                await BeginAsync(meters, (first + step) % steps, steps, cancellation);
            }
            await UntilAsync(began, _options.Interval, cancellation);
        }
    }

    /// <summary>What is used at a tick, of all that was measured lately.</summary>
    public void Collect(DateTimeOffset tick, DateTimeOffset now, List<UsageSample> instances, List<HostSample> hosts)
    {
        var oldest = now - _options.Freshness;
        var sum = InstanceSum.None;
        var (cpu, memory, count) = (0.0, 0L, 0);
        foreach (var meter in _meters)
        {
            if (meter.Latest is not { } measured || measured.TakenAt < oldest)
            {
                continue;
            }
            cpu += measured.Cpu ?? 0;
            memory += measured.Memory;
            if (sum.Of?.Id != meter.Container.Instance.Id)
            {
                sum.AddTo(instances);
                sum = InstanceSum.None;
                count++;
            }
            sum = sum.With(meter.Container, measured);
        }
        sum.AddTo(instances);
        var running = _followed.Containers.DistinctBy(c => c.Instance.Id).Count();
        if (_machine.Latest is { } machine)
        {
            hosts.Add(new HostSample(_host.Id, machine with { At = tick, Instances = running }));
        }
        else if (_followed.IsAnswering && (count > 0 || running == 0))
        {
            hosts.Add(new HostSample(_host.Id, new HostUsage { At = tick, Cpu = cpu, Memory = memory, Instances = running }));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _machine.DisposeAsync();
        _calls.Dispose();
    }

    private void Follow()
    {
        var order = _aim.Current;
        if (order == _followed)
        {
            return;
        }
        _followed = order;
        var byId = new Dictionary<string, ContainerMeter>(order.Containers.Length, StringComparer.Ordinal);
        foreach (var container in order.Containers)
        {
            var meter = _byId.GetValueOrDefault(container.Id) ?? new ContainerMeter(container);
            meter.Container = container;
            byId[container.Id] = meter;
        }
        _byId = byId;
        _meters = [.. byId.Values];
    }

    private async Task BeginAsync(ContainerMeter[] meters, int step, int steps, CancellationToken cancellation)
    {
        var (from, to) = (meters.Length * step / steps, meters.Length * (step + 1) / steps);
        for (var i = from; i < to; i++)
        {
            if (!meters[i].TryBegin())
            {
                continue;
            }
            if (!await _calls.WaitAsync(_options.Interval / steps, cancellation))
            {
                meters[i].End();
                return;
            }
            _ = ReadAsync(meters[i], cancellation);
        }
    }

    private async Task ReadAsync(ContainerMeter meter, CancellationToken cancellation)
    {
        try
        {
            using var patience = new CancellationTokenSource(CallLimit, _time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
            meter.Take(await _engine.GetStatsAsync(meter.Container.Id, limit.Token), _time.GetUtcNow());
            Interlocked.Increment(ref _readings);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException or ObjectDisposedException)
        {
            _log.LogDebug("A container of host {Host} could not be measured: {Reason}", _host.Name, e.Message);
        }
        catch (Exception e)
        {
            _log.LogWarning(e, "A container of host {Host} could not be measured", _host.Name);
        }
        finally
        {
            meter.End();
            Release();
        }
    }

    private void Release()
    {
        try
        {
            _calls.Release();
        }
        catch (ObjectDisposedException)
        {
            // The sampler ended meanwhile.
        }
    }

    private async Task UntilAsync(long began, TimeSpan due, CancellationToken cancellation)
    {
        var left = due - _time.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time, cancellation);
        }
    }

    /// <summary>The containers of one instance, summed up.</summary>
    private readonly record struct InstanceSum(MeasuredInstance? Of, double? Cpu, long Memory, double? NetRx, double? NetTx, double? BlockRead, double? BlockWrite, int Restarts)
    {
        public static InstanceSum None => default;

        // Sidecars share the main one's network: the engine tells its figures for each of them. A rate that one container has not yet leaves that of all open.
        public InstanceSum With(SampledContainer container, Measurement more) => Of is null
            ? new(container.Instance, more.Cpu, more.Memory, container.IsMain ? more.NetRx : null, container.IsMain ? more.NetTx : null, more.BlockRead, more.BlockWrite, container.Restarts)
            : this with
            {
                Cpu = Cpu + more.Cpu,
                Memory = Memory + more.Memory,
                NetRx = container.IsMain ? more.NetRx : NetRx,
                NetTx = container.IsMain ? more.NetTx : NetTx,
                BlockRead = BlockRead + more.BlockRead,
                BlockWrite = BlockWrite + more.BlockWrite,
            };

        public void AddTo(List<UsageSample> samples)
        {
            if (Of is { } instance)
            {
                samples.Add(new UsageSample(instance, Cpu, Memory, NetRx, NetTx, BlockRead, BlockWrite, Restarts));
            }
        }
    }
}
