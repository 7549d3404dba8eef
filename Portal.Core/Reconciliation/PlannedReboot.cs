namespace Portal.Core.Reconciliation;

/// <summary>A reboot of a host that users announced and that is not over: its loss moves nothing for a while.</summary>
/// <param name="AskedAt">When they did.</param>
/// <param name="Wait">How long its instances wait for it once it is gone.</param>
/// <param name="LastSeenAt">When its engine last answered; null if never.</param>
public sealed record PlannedReboot(DateTimeOffset AskedAt, TimeSpan Wait, DateTimeOffset? LastSeenAt)
{
    /// <summary>Until when its instances wait once it cannot be reached.</summary>
    public DateTimeOffset Until => (LastSeenAt is { } seen && seen > AskedAt ? seen : AskedAt) + Wait;
}
