using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>An image that is to be on a host before a rollout begins. Only the controller writes it; it goes with the rollout's end.</summary>
public sealed class ImagePullRow
{
    /// <summary>The host.</summary>
    public HostId HostId { get; set; }
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The revision that will need it.</summary>
    public int Revision { get; set; }
    /// <summary>When it was decided.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>The trace of that decision, as a W3C <c>traceparent</c>; null where it was not traced.</summary>
    public string? Traceparent { get; set; }
}

/// <summary>How far such an image is. Only the host's worker writes it.</summary>
public sealed class ImagePullStatusRow
{
    /// <summary>The host.</summary>
    public HostId HostId { get; set; }
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The revision.</summary>
    public int Revision { get; set; }
    /// <summary>How far it is.</summary>
    public PullState State { get; set; }
    /// <summary>What went wrong last; empty for nothing.</summary>
    public string Reason { get; set; } = "";
    /// <summary>Whether trying again will not help.</summary>
    public bool IsHopeless { get; set; }
    /// <summary>Layers that it is made of, as far as known.</summary>
    public int Layers { get; set; }
    /// <summary>Of these, those that are there.</summary>
    public int LayersDone { get; set; }
    /// <summary>Bytes to download, as far as known.</summary>
    public long Bytes { get; set; }
    /// <summary>Of these, those that came.</summary>
    public long BytesDone { get; set; }
    /// <summary>When this was seen.</summary>
    public DateTimeOffset ObservedAt { get; set; }
}
