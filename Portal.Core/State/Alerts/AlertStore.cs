using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Portal.Core.Alerts;
using Portal.Core.State.Leases;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Alerts;

/// <summary>What the evaluator reads and writes; each of its writes is fenced by its term.</summary>
internal sealed class AlertStore(IDbContextFactory<PortalDb> contexts, INoticeBus notices)
{
    public sealed record Everything(ImmutableArray<AlertRule> Rules, ImmutableArray<AlertState> States, ImmutableArray<AlertSilence> Silences);

    public async Task<Everything> ReadAsync(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var rules = await db.AlertRules.AsNoTracking().ToListAsync(cancellation);
        var states = await db.AlertStates.AsNoTracking().ToListAsync(cancellation);
        var silences = await db.AlertSilences.AsNoTracking().ToListAsync(cancellation);
        var teams = rules.Exists(r => r.TeamId is not null) ? await db.Teams.AsNoTracking().ToDictionaryAsync(t => t.Id, t => t.Name, cancellation) : [];
        return new Everything(
            [.. rules.Select(r => AlertRules.Read(r, r.TeamId is { } team ? teams.GetValueOrDefault(team) : null))],
            [.. states.Select(StateOf)],
            [.. silences.Select(s => new AlertSilence(s.TeamId, s.Rule, s.App, s.Host, s.From, s.To))]);
    }

    /// <summary>Writes what changed, with an event and a notice for each target that is to be told, in one transaction.</summary>
    public async Task CommitAsync(TermLease lease, ImmutableArray<AlertChange> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await lease.GuardAsync((NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)transaction.GetDbTransaction(), cancellation);
        var rows = (await db.AlertStates.ToListAsync(cancellation)).ToDictionary(s => (s.RuleId, s.Subject));
        // A rule may have gone meanwhile, and what it made fire with it.
        var rules = await db.AlertRules.Select(r => r.Id).ToHashSetAsync(cancellation);
        foreach (var change in changes.Where(c => rules.Contains(c.State.RuleId)))
        {
            await WriteAsync(db, rows.GetValueOrDefault((change.State.RuleId, change.State.Subject)), change, now, cancellation);
        }
        await db.SaveChangesAsync(cancellation);
        var notice = new Notice { Alerts = true };
        await notices.SendAsync(db.Database.GetDbConnection(), transaction.GetDbTransaction(), notice, cancellation);
        await transaction.CommitAsync(cancellation);
        notices.Committed(notice);
    }

    private static async Task WriteAsync(PortalDb db, AlertStateRow? row, AlertChange change, DateTimeOffset now, CancellationToken cancellation)
    {
        if (change.Removed)
        {
            if (row is not null)
            {
                db.AlertStates.Remove(row);
            }
            return;
        }
        if (row is null)
        {
            row = new AlertStateRow { RuleId = change.State.RuleId, Subject = change.State.Subject };
            db.AlertStates.Add(row);
        }
        Fill(row, change.State);
        if (change is { Tells: true, Rule: { } rule })
        {
            await TellAsync(db, rule, change.State, now, cancellation);
        }
    }

    private static async Task TellAsync(PortalDb db, AlertRule rule, AlertState state, DateTimeOffset now, CancellationToken cancellation)
    {
        var isOver = state.Phase == AlertPhase.Resolved;
        var title = AlertWords.Title(rule, state, isOver);
        db.Events.Add(new EventRow
        {
            At = now, Kind = isOver ? "AlertResolved" : "AlertFired", Severity = isOver ? Domain.Severity.Info : rule.Severity, Message = $"Alert {rule.Name} {(isOver ? "is over" : "fires")}: {state.Reason}.", TeamId = rule.TeamId,
            AppName = rule.TeamId is null ? null : state.App, HostName = state.Host,
            AppId = rule.TeamId is { } team && state.App is { } app ? await db.Apps.Where(a => a.TeamId == team && a.Name == app && a.DeletedAt == null).Select(a => (Domain.AppId?)a.Id).SingleOrDefaultAsync(cancellation) : null,
            HostId = state.Host is { } host ? await db.Hosts.Where(h => h.Name == host).Select(h => (Domain.HostId?)h.Id).SingleOrDefaultAsync(cancellation) : null,
        });
        var scope = rule.TeamId?.Value ?? Guid.Empty;
        var address = await db.AlertSettings.Select(s => s.PublicAddress).SingleOrDefaultAsync(cancellation) ?? "";
        foreach (var target in await db.AlertTargets.Where(t => t.Scope == scope && rule.Targets.Contains(t.Name)).ToListAsync(cancellation))
        {
            var id = AlertWords.IdOf(rule, state, isOver, target.Id);
            if (!await db.AlertNotices.AnyAsync(n => n.Id == id, cancellation))
            {
                db.AlertNotices.Add(new AlertNoticeRow
                {
                    Id = id, TeamId = rule.TeamId, TargetId = target.Id, Target = target.Name, Rule = rule.Name, Subject = state.Subject, IsOver = isOver, Title = title,
                    Body = AlertWords.Json(id, rule, state, isOver, address), CreatedAt = now, NextTryAt = now,
                });
            }
        }
    }

    internal static AlertState StateOf(AlertStateRow r) => new()
    {
        RuleId = r.RuleId, Subject = r.Subject, Team = r.Team, App = r.App, Host = r.Host, Phase = r.Phase, Since = r.Since, FiredAt = r.FiredAt,
        QuietSince = r.QuietSince, ResolvedAt = r.ResolvedAt, Reason = r.Reason, Flaps = r.Flaps, Notified = r.Notified,
    };

    private static void Fill(AlertStateRow row, AlertState s) =>
        (row.Team, row.App, row.Host, row.Phase, row.Since, row.FiredAt, row.QuietSince, row.ResolvedAt, row.Reason, row.Flaps, row.Notified) =
        (s.Team, s.App, s.Host, s.Phase, s.Since, s.FiredAt, s.QuietSince, s.ResolvedAt, s.Reason, s.Flaps, s.Notified);
}
