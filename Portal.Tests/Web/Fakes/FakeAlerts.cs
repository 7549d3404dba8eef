using System.Collections.Immutable;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Tests.Web.Fakes;

/// <summary>Alerts in memory. Rights are simple: what is of the whole Portal is for administrators, the rest for whoever asks.</summary>
public sealed class FakeAlerts : IAlertService, IAlertFeed
{
    private readonly List<Action<ImmutableArray<AlertView>>> _readers = [];
    private AlertSettings _settings = new("", 587, SmtpSecurity.StartTls, "", false, "", [], "");

    public List<(AlertScope Scope, AlertRule Rule)> Rules { get; } = [];
    public List<(AlertScope Scope, AlertTargetView Target)> Targets { get; } = [];
    public List<(AlertScope Scope, AlertSilenceView Silence)> Silences { get; } = [];
    public List<AlertNoticeView> Notices { get; } = [];
    public NoticeAnswer Answer { get; set; } = new(true, "200 OK: thanks");
    public ImmutableArray<AlertView> Current { get; private set; } = [];

    public void Set(params ImmutableArray<AlertView> alerts)
    {
        Current = alerts;
        _readers.ToList().ForEach(r => r(alerts));
    }

    public IDisposable Subscribe(Action<ImmutableArray<AlertView>> changed)
    {
        _readers.Add(changed);
        return new Subscription(() => _readers.Remove(changed));
    }

    public async Task<ImmutableArray<AlertRule>> ListRulesAsync(Actor actor, AlertScope scope, CancellationToken cancellation) => await AllowedAsync(actor, scope, () => Of(Rules, scope));

    public Task<(AlertRule Rule, bool Created)> PutRuleAsync(Actor actor, AlertScope scope, AlertRule rule, CancellationToken cancellation) => AllowedAsync(actor, scope, () =>
    {
        rule = rule with { Team = scope.Team, TeamId = scope.Team is { } team ? Given.Team(team) : null };
        if (AlertRules.Check(rule).ToList() is { Count: > 0 } faults)
        {
            throw new RefusedException(RefusalKind.Invalid, "The rule is not valid.", faults);
        }
        var created = Rules.RemoveAll(r => r.Scope == scope && r.Rule.Name == rule.Name) == 0;
        Rules.Add((scope, rule));
        return (rule, created);
    });

    public Task DeleteRuleAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation) => AllowedAsync(actor, scope, () => Remove(Rules.RemoveAll(r => r.Scope == scope && r.Rule.Name == name), $"rule {name}"));

    public async Task<ImmutableArray<AlertTargetView>> ListTargetsAsync(Actor actor, AlertScope scope, CancellationToken cancellation) => await AllowedAsync(actor, scope, () => Of(Targets, scope));

    public Task<(AlertTargetView Target, bool Created)> PutTargetAsync(Actor actor, AlertScope scope, string name, AlertTargetKind kind, string address, CancellationToken cancellation) => AllowedAsync(actor, scope, () =>
    {
        Fault[] faults = [.. NameRules.CheckDnsLabel(name) is { } wrong ? [new Fault("name", wrong)] : Array.Empty<Fault>(), .. AlertRules.CheckAddress(kind, address) is { } fault ? [new Fault("address", fault)] : Array.Empty<Fault>()];
        if (faults.Length > 0)
        {
            throw new RefusedException(RefusalKind.Invalid, "The target is not valid.", faults);
        }
        var created = Targets.RemoveAll(t => t.Scope == scope && t.Target.Name == name) == 0;
        var view = new AlertTargetView(scope.Team, name, kind, address, TimeProvider.System.GetUtcNow(), actor.Name);
        Targets.Add((scope, view));
        return (view, created);
    });

    public Task DeleteTargetAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation) => AllowedAsync(actor, scope, () => Remove(Targets.RemoveAll(t => t.Scope == scope && t.Target.Name == name), $"target {name}"));

    public Task<NoticeAnswer> TestTargetAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation) => AllowedAsync(actor, scope, () => Targets.Exists(t => t.Scope == scope && t.Target.Name == name) ? Answer : throw RefusedException.NotFound($"target {name}"));

    public async Task<ImmutableArray<AlertSilenceView>> ListSilencesAsync(Actor actor, AlertScope scope, CancellationToken cancellation) => await AllowedAsync(actor, scope, () => Of(Silences, scope));

    public Task<AlertSilenceView> AddSilenceAsync(Actor actor, AlertScope scope, AlertSilence silence, string reason, CancellationToken cancellation) => AllowedAsync(actor, scope, () =>
    {
        if (AlertRules.CheckReason(reason).ToList() is { Count: > 0 } faults)
        {
            throw new RefusedException(RefusalKind.Invalid, "The silence is not valid.", faults);
        }
        var view = new AlertSilenceView(Guid.NewGuid(), scope.Team, silence.Rule, silence.App, silence.Host, silence.From, silence.To, reason, actor.Name);
        Silences.Add((scope, view));
        return view;
    });

    public Task DeleteSilenceAsync(Actor actor, AlertScope scope, Guid id, CancellationToken cancellation) => AllowedAsync(actor, scope, () => Remove(Silences.RemoveAll(s => s.Scope == scope && s.Silence.Id == id), "silence with that id"));

    public Task<ImmutableArray<AlertNoticeView>> ListNoticesAsync(Actor actor, AlertScope scope, long? before, int limit, CancellationToken cancellation) =>
        AllowedAsync(actor, scope, () => Notices.Where(n => (scope.All || n.Team == scope.Team) && (before is null || n.Number < before)).OrderByDescending(n => n.Number).Take(limit).ToImmutableArray());

    public Task<AlertSettings> GetSettingsAsync(Actor actor, CancellationToken cancellation) => AllowedAsync(actor, AlertScope.Portal, () => _settings);

    public Task<AlertSettings> PutSettingsAsync(Actor actor, AlertSettings settings, string? password, CancellationToken cancellation) => AllowedAsync(actor, AlertScope.Portal, () =>
    {
        var faults = AlertRules.Check(settings).ToList();
        return faults.Count > 0 ? throw new RefusedException(RefusalKind.Invalid, "The settings are not valid.", faults) : _settings = settings with { HasPassword = password is { Length: > 0 } };
    });

    private static ImmutableArray<T> Of<T>(List<(AlertScope Scope, T Item)> all, AlertScope scope) => [.. all.Where(a => scope.All || a.Scope == scope).Select(a => a.Item)];

    private static bool Remove(int count, string what) => count > 0 ? true : throw RefusedException.NotFound(what);

    private static Task<T> AllowedAsync<T>(Actor actor, AlertScope scope, Func<T> work)
    {
        try
        {
            return !actor.IsAdministrator && scope is { Team: null, All: false } ? throw new RefusedException(RefusalKind.Forbidden, "Only administrators may do this.")
                : scope.Team is { } team && !actor.Has(Given.Team(team), TeamRole.Viewer) ? throw RefusedException.NotFound($"team {team}") : Task.FromResult(work());
        }
        catch (RefusedException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
