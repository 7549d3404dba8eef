namespace Portal.Core.Alerts;

/// <summary>Where an alert stands.</summary>
public enum AlertPhase
{
    /// <summary>Met, but not for long enough.</summary>
    Pending,
    /// <summary>Met for as long as the rule says.</summary>
    Firing,
    /// <summary>Over.</summary>
    Resolved,
}

/// <summary>One rule met by one thing.</summary>
public sealed record AlertState
{
    /// <summary>The rule.</summary>
    public Guid RuleId { get; init; }
    /// <summary>What it is about: <c>app:team/name</c>, <c>instance:id</c>, <c>host:name</c>.</summary>
    public required string Subject { get; init; }
    /// <summary>The team's name, where it is about an app.</summary>
    public string? Team { get; init; }
    /// <summary>The app's name, where it is about one.</summary>
    public string? App { get; init; }
    /// <summary>The host's name, where it is about one or on one.</summary>
    public string? Host { get; init; }
    /// <summary>Where it stands.</summary>
    public AlertPhase Phase { get; init; }
    /// <summary>Since when it has been met.</summary>
    public DateTimeOffset Since { get; init; }
    /// <summary>When it fired last; null if it never did.</summary>
    public DateTimeOffset? FiredAt { get; init; }
    /// <summary>Firing, but no longer met since then.</summary>
    public DateTimeOffset? QuietSince { get; init; }
    /// <summary>When it was over last.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; init; } = "";
    /// <summary>How often it came back shortly after it was over.</summary>
    public int Flaps { get; init; }
    /// <summary>Whether targets were told that it fires.</summary>
    public bool Notified { get; init; }
}

/// <summary>What became of an alert.</summary>
/// <param name="Rule">The rule; null where it is gone.</param>
/// <param name="State">The alert as it is now.</param>
/// <param name="Removed">Whether nothing is to be kept of it.</param>
/// <param name="Tells">Whether targets are to be told that it fires, or is over.</param>
public sealed record AlertChange(AlertRule? Rule, AlertState State, bool Removed, bool Tells);
