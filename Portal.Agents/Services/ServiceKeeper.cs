using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;

namespace Portal.Agents.Services;

/// <summary>Strives to be the one process that asks registered services, and starts anew after whatever ended its term.</summary>
internal sealed class ServiceKeeper(ILeaseStore leases, INoticeBus notices, ServiceFindings findings, GuardedProbe probe, AgentIdentity identity, TimeProvider time, ILogger<ServiceKeeper> log) : BackgroundService
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private int _stale;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notices.Subscribe(notice => Interlocked.Or(ref _stale, notice.Services || notice.Everything ? 1 : 0));
        while (!stoppingToken.IsCancellationRequested)
        {
            await StriveAsync(stoppingToken);
            await Task.Delay(RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StriveAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await TermLease.TryTakeAsync(leases, time, ViewReader.KeeperLease, identity.Name, LeaseLength, stoppingToken) is { } lease)
            {
                await ServeAsync(lease, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("The keeper of services stops with its process");
        }
        catch (Exception e)
        {
            // Whatever it was: the next term reads everything anew.
            log.LogWarning("The keeping of services ended: {Reason}", e.Message);
        }
    }

    private async Task ServeAsync(TermLease lease, CancellationToken stoppingToken)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewal = RenewAsync(lease, term);
        try
        {
            await new ServiceTerm(lease, findings, probe, identity, time, log).RunAsync(() => Interlocked.Exchange(ref _stale, 0) > 0, term.Token);
        }
        finally
        {
            await term.CancelSoonAsync();
            await renewal;
            await GiveBackAsync(lease);
        }
    }

    private async Task GiveBackAsync(TermLease lease)
    {
        using var brief = new CancellationTokenSource(RetryAfter, time);
        try
        {
            await lease.ReleaseAsync(brief.Token);
        }
        catch (Exception e)
        {
            log.LogDebug("The lease of services was not given back ({Reason}); it will expire", e.Message);
        }
    }

    private async Task RenewAsync(TermLease lease, CancellationTokenSource term)
    {
        while (!term.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(RenewEvery, time, term.Token);
                if (!await lease.RenewAsync(term.Token))
                {
                    await term.CancelSoonAsync();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogDebug("A renewal of the lease of services failed: {Reason}", e.Message);
            }
        }
    }
}
