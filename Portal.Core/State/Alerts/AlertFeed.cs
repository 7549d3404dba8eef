using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Alerts;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Alerts;

/// <summary>Keeps the alerts of this moment for all circuits: read when a notice says that they changed, and now and then.</summary>
internal sealed class AlertFeed(AlertStore store, INoticeBus notices, TimeProvider time, ILogger<AlertFeed> log) : BackgroundService, IAlertFeed
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim signal = new(0, 1);
    private ImmutableArray<Action<ImmutableArray<AlertView>>> readers = [];

    public ImmutableArray<AlertView> Current { get; private set; } = [];

    public IDisposable Subscribe(Action<ImmutableArray<AlertView>> changed)
    {
        ImmutableInterlocked.Update(ref readers, r => r.Add(changed));
        return new Subscription(() => ImmutableInterlocked.Update(ref readers, r => r.Remove(changed)));
    }

    public override void Dispose()
    {
        signal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notices.Subscribe(Heard);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
                await signal.WaitAsync(Every, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogWarning("Alerts could not be read ({Reason}); trying again", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Heard(Notice notice)
    {
        if (notice.Alerts || notice.Everything)
        {
            try
            {
                signal.Release();
            }
            catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
            {
                // It is to be read already, or nobody reads any more.
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var all = await store.ReadAsync(cancellation);
        var rules = all.Rules.ToDictionary(r => r.Id);
        var now = time.GetUtcNow();
        ImmutableArray<AlertView> views =
        [
            .. all.States.Where(s => rules.ContainsKey(s.RuleId)).Select(s => ViewOf(rules[s.RuleId], s, all.Silences, now))
                .OrderBy(v => v.State.Phase switch { AlertPhase.Firing => 0, AlertPhase.Pending => 1, _ => 2 })
                .ThenByDescending(v => v.State.ResolvedAt ?? v.State.FiredAt ?? v.State.Since).ThenBy(v => v.Rule, StringComparer.Ordinal).ThenBy(v => v.State.Subject, StringComparer.Ordinal),
        ];
        if (!views.SequenceEqual(Current))
        {
            Current = views;
            foreach (var reader in readers)
            {
                reader(views);
            }
        }
    }

    private static AlertView ViewOf(AlertRule rule, AlertState state, ImmutableArray<AlertSilence> silences, DateTimeOffset now) => new()
    {
        Rule = rule.Name, TeamId = rule.TeamId, RuleTeam = rule.Team, Kind = rule.Kind, Severity = rule.Severity, State = state, IsSilenced = silences.Any(s => s.Covers(rule, state, now)),
    };

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref end, static () => { })();
    }
}
