using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Events and audit, newest first.</summary>
internal sealed class HistoryService(ServiceStore store, IOptions<RetentionOptions> kept) : IHistoryService
{
    /// <inheritdoc/>
    public TimeSpan EventsKept => kept.Value.Events;

    /// <inheritdoc/>
    public Task<ImmutableArray<EventView>> ListEventsAsync(Actor actor, EventQuery query, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var teams = await db.Teams.AsNoTracking().ToDictionaryAsync(t => t.Id, t => t.Name, cancellation);
        var rows = await Filter(db.Events.AsNoTracking(), actor, query, teams).OrderByDescending(e => e.Id).Take(Math.Clamp(query.Limit, 1, 1000)).ToListAsync(cancellation);
        return rows.Select(e => new EventView
        {
            Id = e.Id,
            At = e.At,
            Severity = e.Severity,
            Kind = e.Kind,
            Message = e.Message,
            Team = e.TeamId is { } team ? teams.GetValueOrDefault(team) : null,
            App = e.AppName,
            Host = e.HostName,
            Instance = e.InstanceId,
            TraceId = e.TraceId,
        }).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<AuditView>> ListAuditAsync(Actor actor, long? after, int limit, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        Access.RequireAdministrator(actor);
        var rows = await db.Audit.AsNoTracking().Where(a => after == null || a.Id < after).OrderByDescending(a => a.Id).Take(Math.Clamp(limit, 1, 1000)).ToListAsync(cancellation);
        return rows.Select(a => new AuditView(a.Id, a.At, a.Actor, a.RemoteAddress, a.Action, a.Target, a.Result, a.Detail, a.TraceId)).ToImmutableArray();
    }, cancellation);

    private static IQueryable<EventRow> Filter(IQueryable<EventRow> events, Actor actor, EventQuery query, Dictionary<TeamId, string> teams)
    {
        if (!actor.IsAdministrator)
        {
            // Events of hosts concern everyone; those of apps only their teams.
            var seen = teams.Keys.Where(t => actor.Has(t, TeamRole.Viewer)).Select(t => (TeamId?)t).ToList();
            events = events.Where(e => e.TeamId == null || seen.Contains(e.TeamId));
        }
        if (query.Team is { } team)
        {
            var wanted = teams.Where(t => t.Value == team).Select(t => (TeamId?)t.Key).ToList();
            events = events.Where(e => wanted.Contains(e.TeamId));
        }
        if (query.Severity is { } severity)
        {
            var least = Enum.GetValues<Severity>().Where(s => s >= severity).ToList();
            events = events.Where(e => least.Contains(e.Severity));
        }
        if (query.Kind is { Length: > 0 } kind)
        {
            var kinds = kind.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var beginnings = kinds.Where(k => k.EndsWith('*')).Select(k => $"{Escaped(k[..^1])}%").ToArray();
            events = events.Where(e => kinds.Contains(e.Kind) || beginnings.Any(b => EF.Functions.Like(e.Kind, b)));
        }
        if (query.Text is { Length: > 0 } text)
        {
            var pattern = $"%{Escaped(text)}%";
            events = events.Where(e => EF.Functions.ILike(e.Message, pattern) || EF.Functions.ILike(e.Kind, pattern) || EF.Functions.ILike(e.AppName!, pattern) || EF.Functions.ILike(e.HostName!, pattern) || e.TraceId == text);
        }
        return events.Where(e => (query.App == null || e.AppName == query.App) && (query.Host == null || e.HostName == query.Host)
            && (query.From == null || e.At >= query.From) && (query.To == null || e.At < query.To) && (query.After == null || e.Id < query.After));
    }

    /// <summary>A text that a pattern finds as it is.</summary>
    private static string Escaped(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
