namespace Portal.Core.Scheduling.Scorers;

/// <summary>Prefers hosts with few instances of any app.</summary>
internal sealed class HostInstancesScorer : IScorer
{
    public string Name => "hostInstances";
    public double Weight => 10;
    public double Unit => 1;
    public long Cost(HostState host, PlacementClass wanted) => host.Instances;
    public string Why(HostState host) => "has the fewest instances in all";
}
