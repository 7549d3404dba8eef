namespace Portal.Core.Domain;

/// <summary>An image on its way to a host, as last seen from there.</summary>
public sealed record PulledImage
{
    /// <summary>The host.</summary>
    public required HostId Host { get; init; }
    /// <summary>The revision that needs it.</summary>
    public int Revision { get; init; }
    /// <summary>How far it is.</summary>
    public PullState State { get; init; }
    /// <summary>What went wrong last; empty for nothing.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Whether trying again will not help, as far as can be told.</summary>
    public bool IsHopeless { get; init; }
    /// <summary>What has come of it.</summary>
    public PullTally Tally { get; init; } = PullTally.None;
    /// <summary>When that was seen; null before anything was.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>How much of an image has come, as far as the engine said so far.</summary>
/// <param name="Layers">Layers that it is made of.</param>
/// <param name="LayersDone">Of these, those that are there.</param>
/// <param name="Bytes">What the layers measure that are being downloaded or were, compressed.</param>
/// <param name="BytesDone">What has come of that.</param>
public sealed record PullTally(int Layers, int LayersDone, long Bytes, long BytesDone)
{
    /// <summary>Nothing is known.</summary>
    public static PullTally None { get; } = new(0, 0, 0, 0);

    /// <summary>Of two images together.</summary>
    public static PullTally Sum(PullTally one, PullTally other) =>
        new(one.Layers + other.Layers, one.LayersDone + other.LayersDone, one.Bytes + other.Bytes, one.BytesDone + other.BytesDone);

    /// <summary>In words, as <c>3 of 7 layers, 12M of 40M</c>; empty while nothing is known.</summary>
    public override string ToString() => Layers == 0 ? ""
        : $"{LayersDone} of {Layers} layers" + (Bytes == 0 ? "" : $", {Size(BytesDone)} of {Size(Bytes)}");

    private static string Size(long bytes) => bytes >= 10 << 20 ? $"{bytes >> 20}M" : FormattableString.Invariant($"{bytes / 1048576.0:0.0}M");
}
