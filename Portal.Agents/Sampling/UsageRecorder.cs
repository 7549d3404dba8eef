using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Agents.Hosts;
using Portal.Core.Engine;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>Measures a host beside its worker.</summary>
internal interface IHostSampling
{
    /// <summary>Measures until cancelled; never fails.</summary>
    Task RunAsync(HostRegistration host, SamplingAim aim, CancellationToken cancellation);
}

/// <summary>
/// Has a sampler for each host that this process holds, and stores what all of them measured at each tick. Ticks are those of the clock, the
/// same on all agents, so that figures of several hosts add up; one that comes too late is left out.
/// </summary>
internal sealed class UsageRecorder(UsageWriter writer, IContainerEngineFactory engines, SamplingOptions options, TimeProvider time, ILogger<UsageRecorder> log) : BackgroundService, IHostSampling
{
    private ImmutableArray<HostSampler> _samplers = [];
    private bool _failed;

    /// <summary>How often a container of the hosts that are measured now was read so far.</summary>
    public long Readings => _samplers.Sum(s => s.Readings);

    /// <inheritdoc/>
    public async Task RunAsync(HostRegistration host, SamplingAim aim, CancellationToken cancellation)
    {
        while (host.Endpoint is not null && !cancellation.IsCancellationRequested)
        {
            try
            {
                await using var sampler = new HostSampler(host, aim, engines, MachineOf(host.Endpoint), options, time, log);
                ImmutableInterlocked.Update(ref _samplers, s => s.Add(sampler));
                try
                {
                    await sampler.RunAsync(cancellation);
                }
                finally
                {
                    ImmutableInterlocked.Update(ref _samplers, s => s.Remove(sampler));
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogWarning(e, "Host {Host} is not measured; trying again", host.Name);
                await Task.Delay(options.Interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            var tick = new DateTimeOffset((now.Ticks / options.Interval.Ticks + 1) * options.Interval.Ticks, TimeSpan.Zero);
            await Task.Delay(tick - now, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await RecordAsync(tick, stoppingToken);
        }
    }

    private async Task RecordAsync(DateTimeOffset tick, CancellationToken cancellation)
    {
        var (instances, hosts) = (new List<UsageSample>(), new List<HostSample>());
        foreach (var sampler in _samplers)
        {
            sampler.Collect(tick, time.GetUtcNow(), instances, hosts);
        }
        if (instances.Count == 0 && hosts.Count == 0)
        {
            return;
        }
        try
        {
            await writer.WriteAsync(tick, instances, hosts, cancellation);
            _failed = false;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to end.
        }
        catch (Exception e)
        {
            // Whatever it was: a background service that throws ends the process. Once is enough to say it.
            log.Log(_failed ? LogLevel.Debug : LogLevel.Warning, "Figures could not be stored, and leave a gap: {Reason}", e.Message);
            _failed = true;
        }
    }

    private IMachineMeter MachineOf(EngineEndpoint endpoint) =>
        endpoint.Address.StartsWith("unix:", StringComparison.Ordinal) ? new OwnMachine()
        : engines.Shell(endpoint) is { } shell ? new SshMachine(shell, time)
        : new UnknownMachine();
}
