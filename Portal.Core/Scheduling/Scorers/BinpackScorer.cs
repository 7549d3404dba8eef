namespace Portal.Core.Scheduling.Scorers;

/// <summary>Prefers the host whose CPU and memory are set aside the most, so that few hosts are used.</summary>
internal sealed class BinpackScorer : IScorer
{
    private const double Parts = 1_000_000;

    public string Name => "binpack";
    public double Weight => 100;
    public double Unit => Parts / 4;

    public long Cost(HostState host, PlacementClass wanted) =>
        -(long)Math.Round(Parts * (Share(host.ReservedNanoCpus, host.CapacityNanoCpus) + Share(host.ReservedMemoryBytes, host.Facts.Capacity.MemoryBytes)) / 2);

    public string Why(HostState host) => "is the fullest that has room";

    private static double Share(long reserved, long capacity) => capacity <= 0 ? 0 : (double)reserved / capacity;
}
