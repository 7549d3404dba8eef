using System.Collections.Immutable;
using Portal.Components.Pages.Settings;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;
using Portal.Core.State.Services;

namespace Portal.Components.Pages.Alerts;

/// <summary>Rules, targets and silences that the actor may see, and the forms that make them.</summary>
public sealed class AlertsModel(IAlertService service, ITeamService teams, Actor actor, string? team, TimeProvider time) : FormModel
{
    public ImmutableArray<AlertRule> Rules { get; private set; } = [];
    public ImmutableArray<AlertTargetView> Targets { get; private set; } = [];
    public ImmutableArray<AlertSilenceView> Silences { get; private set; } = [];
    public ImmutableArray<AlertNoticeView> Notices { get; private set; } = [];
    /// <summary>Teams in which the actor may change something.</summary>
    public ImmutableArray<string> Teams { get; private set; } = [];

    /// <summary>The rule that is typed; null while none is.</summary>
    public RuleDraft? Draft { get; private set; }

    public string TargetTeam { get; set; } = "";
    public string TargetName { get; set; } = "";
    public AlertTargetKind TargetKind { get; set; }
    public string TargetAddress { get; set; } = "";
    /// <summary>What the last test was answered, by target.</summary>
    public (AlertTargetView Target, NoticeAnswer Answer)? Tested { get; private set; }

    public string SilenceTeam { get; set; } = "";
    public string SilenceRule { get; set; } = "";
    public string SilenceApp { get; set; } = "";
    public string SilenceHost { get; set; } = "";
    public string SilenceFor { get; set; } = "2h";
    public string SilenceReason { get; set; } = "";

    /// <summary>Whose things are listed: of the team in scope, or all that may be seen.</summary>
    private AlertScope Shown => team is null ? AlertScope.Visible : new AlertScope(team);

    /// <summary>Why nothing can be made; null where something can.</summary>
    public string? CannotMake => actor.IsAdministrator || !Teams.IsEmpty ? null : "This needs the role Deployer in a team.";

    public bool MayChange(string? owner) => owner is null ? actor.IsAdministrator : Teams.Contains(owner);

    public async Task LoadAsync(CancellationToken cancellation)
    {
        Teams = [.. (await teams.ListAsync(actor, cancellation)).Where(t => actor.Has(t.Id, TeamRole.Deployer)).Select(t => t.Name)];
        Rules = await service.ListRulesAsync(actor, Shown, cancellation);
        Targets = await service.ListTargetsAsync(actor, Shown, cancellation);
        Silences = await service.ListSilencesAsync(actor, Shown, cancellation);
        var first = actor.IsAdministrator && team is null ? "" : team is not null && Teams.Contains(team) ? team : Teams.FirstOrDefault() ?? "";
        (TargetTeam, SilenceTeam) = (TargetTeam.Length == 0 ? first : TargetTeam, SilenceTeam.Length == 0 ? first : SilenceTeam);
    }

    public async Task LoadNoticesAsync(CancellationToken cancellation) => Notices = await service.ListNoticesAsync(actor, Shown, null, 200, cancellation);

    public void Begin(AlertRule? rule = null)
    {
        ClearFaults();
        Draft = rule is null ? new RuleDraft { Team = team is not null && Teams.Contains(team) ? team : Teams.FirstOrDefault() ?? "" } : RuleDraft.From(rule);
    }

    public void End() => Draft = null;

    public async Task<bool> SaveRuleAsync(CancellationToken cancellation)
    {
        var (rule, unread) = Draft!.Read();
        // What cannot be read is told together with what the rest would be refused for.
        if (Refuse(unread.Count == 0 ? [] : unread.Union(AlertRules.Check(rule with { TeamId = Draft.IsPortal ? null : default(TeamId) }))) || !await TryAsync(() => service.PutRuleAsync(actor, Draft.Scope, rule, cancellation)))
        {
            return false;
        }
        End();
        await LoadAsync(cancellation);
        return true;
    }

    public async Task DeleteRuleAsync(AlertRule rule, CancellationToken cancellation)
    {
        await service.DeleteRuleAsync(actor, new AlertScope(rule.Team), rule.Name, cancellation);
        await LoadAsync(cancellation);
    }

    public async Task<bool> SaveTargetAsync(CancellationToken cancellation)
    {
        if (!await TryAsync(() => service.PutTargetAsync(actor, new AlertScope(TargetTeam.Length == 0 ? null : TargetTeam), TargetName.Trim(), TargetKind, TargetAddress.Trim(), cancellation)))
        {
            return false;
        }
        (TargetName, TargetAddress) = ("", "");
        await LoadAsync(cancellation);
        return true;
    }

    public async Task TestAsync(AlertTargetView target, CancellationToken cancellation) =>
        Tested = (target, await service.TestTargetAsync(actor, new AlertScope(target.Team), target.Name, cancellation));

    public async Task DeleteTargetAsync(AlertTargetView target, CancellationToken cancellation)
    {
        await service.DeleteTargetAsync(actor, new AlertScope(target.Team), target.Name, cancellation);
        await LoadAsync(cancellation);
    }

    public async Task<bool> AddSilenceAsync(CancellationToken cancellation)
    {
        if (!DurationText.TryParse(SilenceFor.Trim(), out var length) || length <= TimeSpan.Zero)
        {
            return !Refuse([new Fault("for", "a duration such as 30m, 2h or 24h"), .. AlertRules.CheckReason(SilenceReason)]);
        }
        var now = time.GetUtcNow();
        var silence = new AlertSilence(null, Named(SilenceRule), Named(SilenceApp), Named(SilenceHost), now, now + length);
        if (!await TryAsync(() => service.AddSilenceAsync(actor, new AlertScope(Named(SilenceTeam)), silence, SilenceReason, cancellation)))
        {
            return false;
        }
        (SilenceRule, SilenceApp, SilenceHost, SilenceReason) = ("", "", "", "");
        await LoadAsync(cancellation);
        return true;
    }

    public async Task DeleteSilenceAsync(AlertSilenceView silence, CancellationToken cancellation)
    {
        await service.DeleteSilenceAsync(actor, new AlertScope(silence.Team), silence.Id, cancellation);
        await LoadAsync(cancellation);
    }

    /// <summary>Targets that a rule of that team, or of the whole Portal, can name.</summary>
    public IEnumerable<AlertTargetView> TargetsOf(string owner) => Targets.Where(t => (t.Team ?? "") == owner);

    private static string? Named(string text) => text.Trim().Length == 0 ? null : text.Trim();
}
