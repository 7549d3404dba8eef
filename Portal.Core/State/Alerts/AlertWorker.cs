using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Alerts;
using Portal.Core.State.Leases;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;

namespace Portal.Core.State.Alerts;

/// <summary>Evaluates the rules and sends notices; of several processes that one which has the lease.</summary>
internal sealed class AlertWorker(ILeaseStore leases, AlertStore store, NoticeOutbox outbox, ILiveState live, IServiceProvider services, TimeProvider time, ILogger<AlertWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly string holder = $"{Environment.MachineName}/{Environment.ProcessId}";
    private readonly ILiveUsage? usage = services.GetService<ILiveUsage>();
    private RestartLog restarts = new();
    private IDisposable? measuring;

    public override void Dispose()
    {
        measuring?.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new TermHolder(leases, time, "alerts", holder, log).RunAsync(ServeAsync, stoppingToken);

    private async Task ServeAsync(TermLease lease, CancellationToken term)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(term);
        var sending = SendAsync(lease, ending.Token);
        try
        {
            while (true)
            {
                await EvaluateAsync(lease, ending.Token);
                await Task.Delay(Every, time, ending.Token);
            }
        }
        finally
        {
            await ending.CancelSoonAsync();
            await sending;
        }
    }

    private async Task EvaluateAsync(TermLease lease, CancellationToken cancellation)
    {
        var snapshot = live.Current;
        if (snapshot.At == default || snapshot.StaleSince is not null)
        {
            return;
        }
        var now = time.GetUtcNow();
        var known = await store.ReadAsync(cancellation);
        Measure(known.Rules.Any(r => r is { Enabled: true, Kind: AlertKind.Metric }));
        var scene = AlertScenes.Of(snapshot, usage?.Current ?? new UsageSnapshot(), restarts, now);
        restarts = scene.Restarts;
        var changes = AlertEvaluator.Evaluate(known.Rules, known.States, known.Silences, scene, now);
        if (!changes.IsEmpty)
        {
            await store.CommitAsync(lease, changes, now, cancellation);
        }
    }

    /// <summary>What nobody has a rule about is not gathered for alerts.</summary>
    private void Measure(bool needed)
    {
        if (needed && measuring is null)
        {
            measuring = usage?.Subscribe(static _ => { });
        }
        else if (!needed)
        {
            measuring?.Dispose();
            measuring = null;
        }
    }

    /// <summary>Beside the evaluation, for a target may take long.</summary>
    private async Task SendAsync(TermLease lease, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                while (await outbox.SendDueAsync(lease, cancellation) > 0)
                {
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogWarning("Notices of alerts are not sent ({Reason}); trying again", e.Message);
            }
            await Task.Delay(Every, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
