using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling.Scorers;

/// <summary>Which scorers rank hosts, most important first. A later one is asked only where all before it are equal; ties break by host id.</summary>
/// <remarks>
/// <para>
/// <c>spread</c>: spreadBy labels (1000 each, in the order of the spec) → appInstances (100) → hostInstances (10) → image (1).
/// <c>binpack</c>: spreadBy labels (1000 each) → binpack (100) → mostInstances (10) → image (1). The numbers are the weights of the shown total.
/// </para>
/// <para>
/// A shown score is 1 for the best host among those that are equal so far, and 1 / (1 + d / unit) for one that is worse by d. So the host that
/// wins has a 1 everywhere and the greatest total, with whatever weights.
/// </para>
/// </remarks>
internal static class ScorerTable
{
    /// <summary>The weight of each <c>spreadBy</c> label.</summary>
    public const double LabelWeight = 1000;

    private static readonly ImmutableArray<IScorer> Spread = [new AppInstancesScorer(), new HostInstancesScorer(), new ImageScorer()];
    private static readonly ImmutableArray<IScorer> Binpack = [new BinpackScorer(), new MostInstancesScorer(), new ImageScorer()];

    /// <summary>Those that look at single hosts. The labels' come before them: <see cref="SpreadGroup"/>.</summary>
    public static ImmutableArray<IScorer> For(PlacementClass wanted) =>
        wanted.Spec.Placement.Strategy == PlacementStrategy.Binpack ? Binpack : Spread;
}
