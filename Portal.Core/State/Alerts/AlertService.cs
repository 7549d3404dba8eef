using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;

namespace Portal.Core.State.Alerts;

/// <summary>Rules and silences; targets and settings are in the other half.</summary>
internal sealed partial class AlertService(ServiceStore store, ISecretProtector secrets, INoticeSender sender) : IAlertService
{
    private static readonly Notice s_changed = new() { Alerts = true };

    /// <inheritdoc/>
    public Task<ImmutableArray<AlertRule>> ListRulesAsync(Actor actor, AlertScope scope, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var seen = await SeenAsync(db, actor, scope, cancellation);
        var rules = await db.AlertRules.AsNoTracking().OrderBy(r => r.Name).ToListAsync(cancellation);
        return rules.Where(r => seen.Covers(r.TeamId)).Select(r => AlertRules.Read(r, seen.NameOf(r.TeamId))).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(AlertRule Rule, bool Created)> PutRuleAsync(Actor actor, AlertScope scope, AlertRule rule, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.rule.put", $"{scope.Words}/{rule.Name}", async change =>
        {
            var team = await ChangeableAsync(change.Db, actor, scope, cancellation);
            rule = rule with { TeamId = team?.Id, Team = team?.Name };
            var faults = AlertRules.Check(rule).ToList();
            var key = KeyOf(team);
            var targets = await change.Db.AlertTargets.Where(t => t.Scope == key).Select(t => t.Name).ToListAsync(cancellation);
            faults.AddRange(rule.Targets.Except(targets).Select(t => new Fault("targets", $"there is no target {t}")));
            Refuse(faults, "The rule is not valid.");
            var row = await change.Db.AlertRules.SingleOrDefaultAsync(r => r.Scope == key && r.Name == rule.Name, cancellation);
            var created = row is null;
            if (row is null)
            {
                row = new AlertRuleRow { Id = Guid.CreateVersion7(change.Now), TeamId = team?.Id, Scope = key, Name = rule.Name };
                change.Db.AlertRules.Add(row);
            }
            (row.Body, row.ChangedAt, row.ChangedBy) = (AlertRules.Write(rule), change.Now, actor.Name);
            (change.Notice, change.Detail) = (s_changed, row.Body);
            return (rule with { Id = row.Id }, created);
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteRuleAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.rule.delete", $"{scope.Words}/{name}", async change =>
        {
            var key = KeyOf(await ChangeableAsync(change.Db, actor, scope, cancellation));
            change.Db.AlertRules.Remove(await change.Db.AlertRules.SingleOrDefaultAsync(r => r.Scope == key && r.Name == name, cancellation) ?? throw RefusedException.NotFound($"rule {name}"));
            change.Notice = s_changed;
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<AlertSilenceView>> ListSilencesAsync(Actor actor, AlertScope scope, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var seen = await SeenAsync(db, actor, scope, cancellation);
        var silences = await db.AlertSilences.AsNoTracking().Where(s => s.To > store.Now).OrderBy(s => s.To).ToListAsync(cancellation);
        return silences.Where(s => seen.Covers(s.TeamId)).Select(s => ViewOf(s, seen.NameOf(s.TeamId))).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<AlertSilenceView> AddSilenceAsync(Actor actor, AlertScope scope, AlertSilence silence, string reason, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.silence.add", scope.Words, async change =>
        {
            var team = await ChangeableAsync(change.Db, actor, scope, cancellation);
            var faults = new List<Fault>();
            if (silence.To <= silence.From || silence.To <= change.Now)
            {
                faults.Add(new Fault("to", "must be later than from, and than now"));
            }
            faults.AddRange(AlertRules.CheckReason(reason));
            Refuse(faults, "The silence is not valid.");
            var row = new AlertSilenceRow { Id = Guid.CreateVersion7(change.Now), TeamId = team?.Id, Rule = silence.Rule, App = silence.App, Host = silence.Host, From = silence.From, To = silence.To, Reason = reason.Trim(), By = actor.Name };
            change.Db.AlertSilences.Add(row);
            (change.Notice, change.Detail) = (s_changed, $"{row.Rule ?? "every rule"}, {row.App ?? "every app"}, {row.Host ?? "every host"}, until {row.To:O}: {row.Reason}");
            return ViewOf(row, team?.Name);
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteSilenceAsync(Actor actor, AlertScope scope, Guid id, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.silence.delete", $"{scope.Words}/{id}", async change =>
        {
            var team = await ChangeableAsync(change.Db, actor, scope, cancellation);
            var row = await change.Db.AlertSilences.SingleOrDefaultAsync(s => s.Id == id, cancellation);
            change.Db.AlertSilences.Remove(row is not null && row.TeamId == team?.Id ? row : throw RefusedException.NotFound("silence with that id"));
            change.Notice = s_changed;
            return true;
        }, cancellation);

    private static AlertSilenceView ViewOf(AlertSilenceRow s, string? team) => new(s.Id, team, s.Rule, s.App, s.Host, s.From, s.To, s.Reason, s.By);

    private static Guid KeyOf(TeamRow? team) => team?.Id.Value ?? Guid.Empty;

    private static void Refuse(List<Fault> faults, string message)
    {
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Invalid, message, faults);
        }
    }

    /// <summary>The team to change for; null for the whole Portal.</summary>
    private static async Task<TeamRow?> ChangeableAsync(PortalDb db, Actor actor, AlertScope scope, CancellationToken cancellation)
    {
        if (scope.Team is not null)
        {
            return await Access.FindTeamAsync(db, actor, scope.Team, TeamRole.Deployer, locks: true, cancellation);
        }
        Access.RequireAdministrator(actor);
        return null;
    }

    private static async Task<Seen> SeenAsync(PortalDb db, Actor actor, AlertScope scope, CancellationToken cancellation)
    {
        if (scope.Team is not null)
        {
            var team = await Access.FindTeamAsync(db, actor, scope.Team, TeamRole.Viewer, locks: false, cancellation);
            return new Seen(new() { [team.Id] = team.Name }, Portal: false);
        }
        if (!scope.All)
        {
            Access.RequireAdministrator(actor);
            return new Seen([], Portal: true);
        }
        var teams = await db.Teams.AsNoTracking().ToListAsync(cancellation);
        return new Seen(teams.Where(t => actor.Has(t.Id, TeamRole.Viewer)).ToDictionary(t => t.Id, t => t.Name), actor.IsAdministrator);
    }

    private sealed record Seen(Dictionary<TeamId, string> Teams, bool Portal)
    {
        public bool Covers(TeamId? team) => team is { } id ? Teams.ContainsKey(id) : Portal;

        public string? NameOf(TeamId? team) => team is { } id ? Teams.GetValueOrDefault(id) : null;
    }
}
