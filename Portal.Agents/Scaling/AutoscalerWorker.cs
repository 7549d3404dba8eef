using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.State.Leases;

namespace Portal.Agents.Scaling;

/// <summary>Of several processes one is the autoscaler. It looks every few seconds.</summary>
internal sealed class AutoscalerWorker(ILeaseStore leases, ScalingLook look, AgentIdentity identity, TimeProvider time, ILogger<AutoscalerWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new TermHolder(leases, time, "autoscaler", identity.Name, log).RunAsync(ServeAsync, stoppingToken);

    private async Task ServeAsync(TermLease lease, CancellationToken term)
    {
        while (true)
        {
            try
            {
                using var limit = new CancellationTokenSource(LongestLook, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, term);
                await look.LookAsync(lease, either.Token);
            }
            catch (Exception e) when (e is not TermLostException && !term.IsCancellationRequested)
            {
                // What the autoscaler remembers of its looks stays with it, so a look that failed does not end the term.
                log.LogWarning("The autoscaler's look failed ({Reason}); it looks again in {Every}", e.Message, Every);
            }
            await Task.Delay(Every, time, term);
        }
    }
}
