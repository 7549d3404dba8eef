using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Events and audit that a test sets.</summary>
public sealed class FakeHistoryService : IHistoryService
{
    public ImmutableArray<EventView> Events { get; set; } = [];

    public TimeSpan EventsKept => TimeSpan.FromDays(30);

    public Task<ImmutableArray<EventView>> ListEventsAsync(Actor actor, EventQuery query, CancellationToken cancellation) => Task.FromResult<ImmutableArray<EventView>>(
    [
        .. Events.Where(e => (query.Team is null || e.Team == query.Team) && (query.App is null || e.App == query.App) && (query.Host is null || e.Host == query.Host)
            && (query.Severity is null || e.Severity >= query.Severity) && (query.Kind is null || query.Kind.Split(',').Any(k => k == e.Kind || k.EndsWith('*') && e.Kind.StartsWith(k[..^1], StringComparison.Ordinal)))
            && (query.Text is null || e.Message.Contains(query.Text, StringComparison.OrdinalIgnoreCase)) && (query.From is null || e.At >= query.From) && (query.To is null || e.At < query.To) && (query.After is null || e.Id < query.After)).OrderByDescending(e => e.Id).Take(query.Limit),
    ]);

    public Task<ImmutableArray<AuditView>> ListAuditAsync(Actor actor, long? after, int limit, CancellationToken cancellation) =>
        Task.FromResult(ImmutableArray<AuditView>.Empty);
}
