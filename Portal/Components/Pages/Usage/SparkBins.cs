using System.Collections.Immutable;
using Portal.Core.State.Metrics;

namespace Portal.Components.Pages.Usage;

/// <summary>The last five minutes of one or more instances as a few figures: bins of equal length, each the sum of the instances' means.</summary>
internal static class SparkBins
{
    public const int Count = 24;
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private static readonly long BinTicks = Length.Ticks / Count;

    /// <summary>Oldest first; begins with the first bin in which anything was measured.</summary>
    public static ImmutableArray<double> Sum(IEnumerable<ImmutableArray<InstanceUsage>> recents, Func<InstanceUsage, double?> figure, DateTimeOffset now)
    {
        var last = now.UtcTicks / BinTicks;
        var sums = new double[Count];
        var any = new bool[Count];
        foreach (var recent in recents)
        {
            AddMeans(recent, figure, last, sums, any);
        }
        var first = Array.IndexOf(any, true);
        return first < 0 ? [] : [.. sums[first..(Array.LastIndexOf(any, true) + 1)]];
    }

    private static void AddMeans(ImmutableArray<InstanceUsage> recent, Func<InstanceUsage, double?> figure, long last, double[] sums, bool[] any)
    {
        Span<double> of = stackalloc double[Count];
        Span<int> counts = stackalloc int[Count];
        foreach (var usage in recent)
        {
            var bin = usage.At.UtcTicks / BinTicks - last + Count - 1;
            if (bin is >= 0 and < Count && figure(usage) is { } value)
            {
                of[(int)bin] += value;
                counts[(int)bin]++;
            }
        }
        for (var i = 0; i < Count; i++)
        {
            if (counts[i] > 0)
            {
                sums[i] += of[i] / counts[i];
                any[i] = true;
            }
        }
    }
}
