namespace Portal.Core.Scheduling.Scorers;

/// <summary>Prefers hosts that need not pull the image.</summary>
internal sealed class ImageScorer : IScorer
{
    public string Name => "image";
    public double Weight => 1;
    public double Unit => 1;
    public long Cost(HostState host, PlacementClass wanted) => host.Facts.Images.Contains(wanted.Spec.Image) ? 0 : 1;
    public string Why(HostState host) => "has the image already";
}
