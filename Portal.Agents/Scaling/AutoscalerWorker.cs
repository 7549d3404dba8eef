using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.State.Leases;

namespace Portal.Agents.Scaling;

/// <summary>Of several processes one is the autoscaler, by a lease with a term. It looks every few seconds.</summary>
internal sealed class AutoscalerWorker(ILeaseStore leases, ScalingLook look, AgentIdentity identity, TimeProvider time, ILogger<AutoscalerWorker> log) : BackgroundService
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    /// <summary>A look takes no longer, so that the lease is renewed in time.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);
    private TermLease? lease;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (TermLostException e)
            {
                log.LogWarning("{Reason}", e.Message);
                lease = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was: a background service that throws ends the process.
                log.LogWarning("The autoscaler's look failed ({Reason}); it looks again in {Every}", e.Message, Every);
            }
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await GiveBackAsync();
    }

    private async Task TurnAsync(CancellationToken stoppingToken)
    {
        if (lease is not null && !await lease.RenewAsync(stoppingToken))
        {
            lease = null;
        }
        lease ??= await TermLease.TryTakeAsync(leases, time, "autoscaler", identity.Name, LeaseLength, stoppingToken);
        if (lease is not null)
        {
            using var limit = new CancellationTokenSource(LongestLook, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
            await look.LookAsync(lease, either.Token);
        }
    }

    private async Task GiveBackAsync()
    {
        if (lease is null)
        {
            return;
        }
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            await lease.ReleaseAsync(brief.Token);
        }
        catch (Exception e)
        {
            log.LogDebug("The autoscaler's lease was not given back ({Reason}); it will expire", e.Message);
        }
    }
}
