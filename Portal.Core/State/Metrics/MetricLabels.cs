using System.Collections.Immutable;
using System.Globalization;

namespace Portal.Core.State.Metrics;

/// <summary>What series are labelled by. Apps are told apart by name, so that one that was deleted and made anew goes on.</summary>
internal static class MetricLabels
{
    // None of the names can hold it.
    private const char Between = '\n';

    /// <summary>What tells a series from all others of its grouping; in the order of labels.</summary>
    public static string Key(MetricGrouping by, string team, string app, Guid instance, int slot, string host) => by switch
    {
        MetricGrouping.Team => $"team={team}",
        MetricGrouping.App => $"team={team}{Between}app={app}",
        MetricGrouping.Host => $"host={host}",
        _ => string.Create(CultureInfo.InvariantCulture, $"team={team}{Between}app={app}{Between}slot={slot}{Between}host={host}{Between}instance={instance}"),
    };

    /// <summary>The labels of a key.</summary>
    public static ImmutableSortedDictionary<string, string> Of(string key) =>
        key.Split(Between).Select(p => p.Split('=', 2)).ToImmutableSortedDictionary(p => p[0], p => p[1], StringComparer.Ordinal);

    /// <summary>Those of a host.</summary>
    public static ImmutableSortedDictionary<string, string> Host(string name) => Of($"host={name}");
}
