namespace Portal.Core.Scheduling.Scorers;

/// <summary>Prefers hosts with few instances of the app, so that the loss of one costs least.</summary>
internal sealed class AppInstancesScorer : IScorer
{
    public string Name => "appInstances";
    public double Weight => 100;
    public double Unit => 1;
    public long Cost(HostState host, PlacementClass wanted) => host.CountOf(wanted.App);
    public string Why(HostState host) => "has the fewest instances of the app";
}
