using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Leases;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Services;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Writers;

/// <summary>The autoscaler's one writer: fenced by its term, and refused for apps that somebody changed meanwhile.</summary>
public sealed class ScalingWriter(IDbContextFactory<PortalDb> contexts, INoticeBus notices, TimeProvider time)
{
    /// <summary>As events and audit name it.</summary>
    public const string ActorName = "autoscaler";

    /// <summary>Keeps what a look found, and the decision where there is one; sets the number where it is another.</summary>
    /// <param name="lease">The autoscaler's term.</param>
    /// <param name="app">The app as it was read.</param>
    /// <param name="input">What was looked at.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="keeps">Whether it is kept as a decision though the number stays.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What was kept; null where somebody changed the app meanwhile, and nothing was.</returns>
    public async Task<ScalingDecision?> CommitAsync(TermLease lease, ScaledApp app, ScalingInput input, ScalingDecision decision, bool keeps, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await lease.GuardAsync(connection, (NpgsqlTransaction)transaction.GetDbTransaction(), cancellation);
        var scales = decision.Number != decision.Current;
        using var span = scales ? PortalTraces.Changes.StartActivity("app.scale")?.SetTag(TraceTags.Actor, ActorName) : null;
        var generation = app.Generation;
        if (scales)
        {
            // As every change of intent: the team first, so that quotas hold.
            var team = (await db.Teams.FromSql($"SELECT * FROM teams WHERE id = {app.TeamId.Value} FOR NO KEY UPDATE").ToListAsync(cancellation)).SingleOrDefault();
            var row = await db.Apps.SingleOrDefaultAsync(a => a.Id == app.Id && a.DeletedAt == null, cancellation);
            if (team is null || row is null || row.Generation != app.Generation)
            {
                return null;
            }
            decision = await ScaleAsync(db, team, row, decision, span, cancellation);
            scales = decision.Number != decision.Current;
            generation = row.Generation;
        }
        await KeepAsync(db, app, generation, input, decision, cancellation);
        if (decision.Why == ScalingWhy.Quota && app.Why != ScalingWhy.Quota)
        {
            db.Events.Add(new EventRow { At = time.GetUtcNow(), Severity = Severity.Warning, Kind = "ScalingHeld", Message = $"The {ActorName} keeps {app.Name} at {decision.Number}: {decision.Reason}.", TeamId = app.TeamId, AppId = app.Id, AppName = app.Name });
        }
        if (scales || keeps || decision.Why == ScalingWhy.Quota && app.Why != ScalingWhy.Quota)
        {
            db.ScalingDecisions.Add(new ScalingDecisionRow
            {
                AppId = app.Id, At = time.GetUtcNow(), FromReplicas = decision.Current, ToReplicas = decision.Number, Recommended = decision.Recommended,
                Why = decision.Why, Reason = decision.Reason, Inputs = ScalingDocument.Of(input, decision, withHistory: false).ToJson(),
            });
        }
        db.ScalingFigures.AddRange(from m in decision.Metrics where m.Metric.Kind == ScalingMetricKind.Prometheus && m.Average is not null
                                   select new ScalingFigureRow { AppId = app.Id, Source = m.Metric.Source, At = time.GetUtcNow(), Value = m.Average!.Value });
        await db.SaveChangesAsync(cancellation);
        var notice = scales ? new Notice { Specs = [app.Id.Value] } : null;
        if (notice is not null)
        {
            await notices.SendAsync(connection, transaction.GetDbTransaction(), notice, cancellation);
        }
        await transaction.CommitAsync(CancellationToken.None);
        if (notice is not null)
        {
            notices.Committed(notice);
        }
        return decision;
    }

    private async Task<ScalingDecision> ScaleAsync(PortalDb db, TeamRow team, AppRow row, ScalingDecision decision, Activity? span, CancellationToken cancellation)
    {
        var (before, now) = (row.Replicas, time.GetUtcNow());
        row.Replicas = decision.Number;
        try
        {
            await TeamQuota.CheckAsync(db, team, row, cancellation);
        }
        catch (RefusedException refused)
        {
            row.Replicas = before;
            return decision with
            {
                Number = before,
                Why = ScalingWhy.Quota,
                Reason = $"{decision.Reason}; {decision.Number} would be right, but {string.Join("; ", refused.Faults.Select(f => f.Message))}",
                History = decision.History with { Number = before, Steps = decision.History.Steps.RemoveAt(decision.History.Steps.Length - 1) },
            };
        }
        row.Generation++;
        row.ChangedAt = now;
        row.ChangedBy = ActorName;
        row.Traceparent = PortalTraces.ContextOf(span);
        var trace = PortalTraces.TraceIdOf(row.Traceparent);
        span?.SetTag(TraceTags.Team, team.Name).SetTag(TraceTags.App, row.Name).SetTag(TraceTags.Generation, row.Generation);
        var said = $"The {ActorName} scaled {row.Name} from {before} to {decision.Number}: {decision.Reason}.";
        db.Events.Add(new EventRow { At = now, Kind = "AppScaled", Message = said, TeamId = team.Id, AppId = row.Id, AppName = row.Name, TraceId = trace });
        db.Audit.Add(new AuditRow { At = now, Actor = ActorName, Action = "app.scale", Target = $"{team.Name}/{row.Name}", Result = "ok", Detail = said, TraceId = trace });
        return decision;
    }

    private async Task KeepAsync(PortalDb db, ScaledApp app, long generation, ScalingInput input, ScalingDecision decision, CancellationToken cancellation)
    {
        var row = await db.ScalingStatus.SingleOrDefaultAsync(s => s.AppId == app.Id, cancellation);
        if (row is null)
        {
            db.ScalingStatus.Add(row = new ScalingStatusRow { AppId = app.Id });
        }
        row.Generation = generation;
        row.LookedAt = time.GetUtcNow();
        row.Number = decision.Number;
        row.Recommended = decision.Recommended;
        row.Why = decision.Why;
        row.Reason = decision.Reason;
        row.Document = ScalingDocument.Of(input, decision, withHistory: true).ToJson();
    }
}
