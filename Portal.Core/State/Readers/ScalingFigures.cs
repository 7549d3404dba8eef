using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;

namespace Portal.Core.State.Readers;

/// <summary>Averages of CPU and memory of an app's instances, from the stored figures.</summary>
public sealed class ScalingFigures(IUsageReader usage)
{
    // The figure of a moment is of the time before it.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>Figures by instance and source; those that were not measured are missing.</summary>
    /// <param name="app">The app.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>>> ReadAsync(ScaledApp app, DateTimeOffset now, CancellationToken cancellation)
    {
        var figures = new Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>>();
        var from = app.FiguresFrom(now) + Settling;
        foreach (var average in from >= now ? [] : await usage.ReadAppsAsync([app.Id], from, cancellation))
        {
            if (average.Cpu is { } cores)
            {
                Add(figures, average.Instance, "cpu", new ScalingFigure(cores, average.NewestAt));
            }
            Add(figures, average.Instance, "memory", new ScalingFigure(average.Memory, average.NewestAt));
        }
        return figures;
    }

    /// <summary>Adds a figure.</summary>
    public static void Add(Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>> figures, InstanceId instance, string source, ScalingFigure figure) =>
        figures[instance] = (figures.GetValueOrDefault(instance) ?? ImmutableSortedDictionary.Create<string, ScalingFigure>(StringComparer.Ordinal)).SetItem(source, figure);
}
