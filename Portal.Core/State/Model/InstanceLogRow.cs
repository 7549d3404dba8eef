using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>The last lines of a container, kept beyond it. The host's worker writes it; it goes with its instance.</summary>
public sealed class InstanceLogRow
{
    /// <summary>The container's id.</summary>
    public string ContainerId { get; set; } = "";
    /// <summary>Its instance.</summary>
    public InstanceId InstanceId { get; set; }
    /// <summary>Which of the instance's containers it was.</summary>
    public string Container { get; set; } = "";
    /// <summary>When its first kept line came.</summary>
    public DateTimeOffset FirstAt { get; set; }
    /// <summary>When its last line came.</summary>
    public DateTimeOffset LastAt { get; set; }
    /// <summary>How many lines.</summary>
    public int Lines { get; set; }
    /// <summary>Whether they are all that it wrote, as far as its engine still knew.</summary>
    public bool IsWhole { get; set; }
    /// <summary>The lines; see <see cref="Writers.KeptLog"/>.</summary>
    public byte[] Text { get; set; } = [];
    /// <summary>When they were kept.</summary>
    public DateTimeOffset KeptAt { get; set; }
}
