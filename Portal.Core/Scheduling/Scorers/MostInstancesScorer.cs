namespace Portal.Core.Scheduling.Scorers;

/// <summary>Prefers hosts that already carry many instances: packing where nothing is reserved.</summary>
internal sealed class MostInstancesScorer : IScorer
{
    public string Name => "mostInstances";
    public double Weight => 10;
    public double Unit => 1;
    public long Cost(HostState host, PlacementClass wanted) => -host.Instances;
    public string Why(HostState host) => "has the most instances already";
}
