using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>A wish that instances be rebalanced. Only services write it.</summary>
public sealed class RebalanceRow
{
    /// <summary>Its id; later ones are greater.</summary>
    public Guid Id { get; set; }
    /// <summary>When it was asked for.</summary>
    public DateTimeOffset AskedAt { get; set; }
    /// <summary>Who asked.</summary>
    public required string AskedBy { get; set; }
    /// <summary>A host that joined and that it waits for; null for none.</summary>
    public HostId? HostId { get; set; }
    /// <summary>When someone stopped it; null for nobody.</summary>
    public DateTimeOffset? StoppedAt { get; set; }
    /// <summary>Who did.</summary>
    public string? StoppedBy { get; set; }
}

/// <summary>How far a rebalance has come. Only the controller writes it.</summary>
public sealed class RebalanceProgressRow
{
    /// <summary>The rebalance.</summary>
    public Guid RebalanceId { get; set; }
    /// <summary>How many moves are still to begin.</summary>
    public int Remaining { get; set; }
    /// <summary>Where it stands, in a sentence.</summary>
    public string Reason { get; set; } = "";
    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>One move of a rebalance. Only the controller writes it.</summary>
public sealed class RebalanceMoveRow
{
    /// <summary>The rebalance.</summary>
    public Guid RebalanceId { get; set; }
    /// <summary>The instance that is to leave.</summary>
    public InstanceId InstanceId { get; set; }
    /// <summary>Its app.</summary>
    public AppId AppId { get; set; }
    /// <summary>Its slot.</summary>
    public int Slot { get; set; }
    /// <summary>Its host.</summary>
    public HostId FromHostId { get; set; }
    /// <summary>Where it was better off when this was decided; the placement decides anew.</summary>
    public HostId ToHostId { get; set; }
    /// <summary>Why.</summary>
    public required string Reason { get; set; }
    /// <summary>When it was decided.</summary>
    public DateTimeOffset DecidedAt { get; set; }
    /// <summary>When it was over; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>How it ended, as <c>moved</c>; empty while it is under way.</summary>
    public string Outcome { get; set; } = "";
}
