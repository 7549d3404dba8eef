using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Usage;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Incident;

/// <summary>What an incident view is of; null is no bound.</summary>
/// <param name="Team">Only of that team.</param>
/// <param name="App">Only of that app; together with the team.</param>
/// <param name="Host">Only what concerns that host.</param>
public sealed record IncidentScope(string? Team, string? App, string? Host);

/// <summary>What was read of a time.</summary>
/// <param name="Range">The time.</param>
/// <param name="Events">What happened, oldest first.</param>
/// <param name="Rollouts">Rollouts that were under way.</param>
/// <param name="Log">The last lines of its apps, by time.</param>
/// <param name="Remark">What could not be read, in a sentence; empty for nothing.</param>
public sealed record IncidentStory(ChartRange Range, ImmutableArray<EventView> Events, ImmutableArray<RolloutView> Rollouts, ImmutableArray<InstanceLogLine> Log, string Remark)
{
    public static IncidentStory Empty(ChartRange range) => new(range, [], [], [], "");
}

/// <summary>Reads what happened in a time from events, rollouts and logs.</summary>
internal sealed class IncidentReader(IHistoryService history, IRolloutService rollouts, IAppService apps, TimeProvider time)
{
    /// <summary>How many lines of each instance are read at most, the last ones.</summary>
    public const int LinesEach = 200;

    /// <summary>How many lines are kept in all.</summary>
    public const int MostLines = 1000;

    // An engine that hangs must not keep the rest from being seen.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(8);

    public async Task<IncidentStory> ReadAsync(Actor actor, IncidentScope scope, ChartRange range, CancellationToken cancellation)
    {
        var events = await EventMarks.ReadAsync(history, actor, new EventQuery { Team = scope.Team, App = scope.App, Host = scope.Host, From = range.From, To = range.To + TimeSpan.FromSeconds(1) }, cancellation);
        var under = await rollouts.ListAllAsync(actor, new RolloutQuery(scope.Team, scope.App), cancellation);
        var (log, remark) = scope is { Team: { } team, App: { } app } ? await ReadLogAsync(actor, team, app, scope.Host, range, cancellation) : ([], "");
        return new IncidentStory(range, [.. events.Reverse()], [.. under.Where(r => r.State.StartedAt <= range.To && (r.State.EndedAt ?? range.To) >= range.From)], log, remark);
    }

    private async Task<(ImmutableArray<InstanceLogLine> Log, string Remark)> ReadLogAsync(Actor actor, string team, string app, string? host, ChartRange range, CancellationToken cancellation)
    {
        var lines = new Queue<InstanceLogLine>();
        using var patience = new CancellationTokenSource(LogPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var remark = "";
        try
        {
            var request = new LogRequest(Tail: LinesEach, Since: range.From, Until: range.To, Ended: true, Container: InstanceParts.All);
            await foreach (var line in apps.ReadLogsAsync(actor, team, app, request, either.Token))
            {
                if (line.At < range.From || line.At > range.To || (host is not null && line.Host != host))
                {
                    continue;
                }
                lines.Enqueue(line);
                if (lines.Count > MostLines)
                {
                    lines.Dequeue();
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            remark = "Not all logs were read in time.";
        }
        catch (RefusedException e)
        {
            remark = e.Message;
        }
        return ([.. lines.OrderBy(l => l.At)], remark);
    }
}
