using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Components.Live;

/// <summary>What an app uses now: the sum over its measured instances.</summary>
/// <param name="Cpu">Cores; null until one was measured twice.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Instances">How many of its instances were measured.</param>
public readonly record struct AppUsage(double? Cpu, long Memory, int Instances);

/// <summary>The newest figures for pages, with the sums by app worked out once for all circuits.</summary>
/// <param name="live">The figures.</param>
public sealed class CurrentUsage(ILiveUsage live)
{
    private sealed record Sums(UsageSnapshot Of, ImmutableDictionary<AppId, AppUsage> ByApp);

    private Sums _sums = new(new UsageSnapshot(), ImmutableDictionary<AppId, AppUsage>.Empty);

    /// <summary>The newest figures.</summary>
    public UsageSnapshot Current => live.Current;

    /// <summary>By app.</summary>
    public ImmutableDictionary<AppId, AppUsage> ByApp
    {
        get
        {
            var current = live.Current;
            var known = Volatile.Read(ref _sums);
            if (!ReferenceEquals(known.Of, current))
            {
                known = new Sums(current, Sum(current));
                Volatile.Write(ref _sums, known);
            }
            return known.ByApp;
        }
    }

    /// <summary>The last minutes of one instance.</summary>
    public ImmutableArray<InstanceUsage> RecentOf(InstanceId instance) => live.RecentOf(instance);

    public IDisposable Subscribe(Action<UsageSnapshot> changed) => live.Subscribe(changed);

    internal static ImmutableDictionary<AppId, AppUsage> Sum(UsageSnapshot snapshot)
    {
        var sums = new Dictionary<AppId, AppUsage>();
        foreach (var usage in snapshot.Instances.Values)
        {
            var sum = sums.GetValueOrDefault(usage.App);
            sums[usage.App] = new AppUsage(usage.Cpu is { } cpu ? (sum.Cpu ?? 0) + cpu : sum.Cpu, sum.Memory + usage.Memory, sum.Instances + 1);
        }
        return sums.ToImmutableDictionary();
    }
}
