using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Usage;

/// <summary>Events of a time, read whole, and those of them that are marks on an axis.</summary>
public static class EventMarks
{
    /// <summary>How many events of one time are read at most.</summary>
    public const int Most = 2000;

    private const int PageSize = 500;

    /// <summary>Newest first; at most <see cref="Most"/>.</summary>
    public static async Task<ImmutableArray<EventView>> ReadAsync(IHistoryService history, Actor actor, EventQuery query, CancellationToken cancellation)
    {
        var all = ImmutableArray.CreateBuilder<EventView>();
        while (all.Count < Most)
        {
            var page = await history.ListEventsAsync(actor, query with { Limit = PageSize, After = all.Count == 0 ? query.After : all[^1].Id }, cancellation);
            all.AddRange(page);
            if (page.Length < PageSize)
            {
                break;
            }
        }
        return all.ToImmutable();
    }

    /// <summary>What explains figures: rollouts, scalings, stops and starts, and whatever went wrong.</summary>
    public static bool IsMark(EventView e) => e.Severity >= Severity.Warning || IsRollout(e) || IsScaling(e)
        || e.Kind is "AppRestarted" or "AppStopped" or "AppStarted" or "AppCreated" or "HostReachable" or "HostDraining" or "HostCordoned" or "HostActivated" or "HostRebootPlanned";

    public static bool IsRollout(EventView e) => e.Kind.StartsWith("Rollout", StringComparison.Ordinal) || e.Kind is "AppDeployed" or "AppRollbackAsked";

    public static bool IsScaling(EventView e) => e.Kind.Contains("Scal", StringComparison.Ordinal);

    public static bool IsHost(EventView e) => e.Kind.StartsWith("Host", StringComparison.Ordinal);

    public static string ToneOf(EventView e) => e.Severity switch
    {
        Severity.Error => "bad",
        Severity.Warning => "warn",
        _ => e.Kind is "RolloutSucceeded" or "HostReachable" ? "good" : IsRollout(e) || IsScaling(e) ? "work" : "idle",
    };

    public static ImmutableArray<ChartMark> Of(IEnumerable<EventView> events) => [.. events.Where(IsMark).Select(e => new ChartMark(e.At, e.Message, ToneOf(e)))];
}
