namespace Portal.Core.Planning;

/// <summary>What became of the latest contacts with an engine. Times are of this process's monotonic clock.</summary>
public sealed record ContactRecord
{
    /// <summary>When the first of the present failures in a row began; null if the last contact succeeded, or the count was started anew.</summary>
    public TimeSpan? FailingSince { get; init; }
    /// <summary>How many contacts in a row failed.</summary>
    public int Failures { get; init; }
    /// <summary>When the last contact ended.</summary>
    public TimeSpan? LastAt { get; init; }
    /// <summary>What the last failure said.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>
/// When silence is a loss. Only own failed contacts count, each made in time: whoever was paused, or looked away, starts counting anew,
/// for the silence may have been its own. Pure.
/// </summary>
/// <param name="Timeout">How long a contact may take.</param>
/// <param name="LongestGap">How long no contact may be tried, before the count starts anew; also how much longer than its time-out one may take.</param>
public sealed record ContactRule(TimeSpan Timeout, TimeSpan LongestGap)
{
    /// <summary>A contact succeeded.</summary>
    public static ContactRecord Succeeded(TimeSpan ended) => new() { LastAt = ended };

    /// <summary>A contact failed.</summary>
    public ContactRecord Failed(ContactRecord before, TimeSpan began, TimeSpan ended, string reason)
    {
        if (ended - began > Timeout + LongestGap || before.LastAt is { } last && began - last > LongestGap)
        {
            return new ContactRecord { LastAt = ended, Reason = reason };
        }
        return new ContactRecord { FailingSince = before.FailingSince ?? began, Failures = before.Failures + 1, LastAt = ended, Reason = reason };
    }

    /// <summary>Whether the engine has failed to answer for its whole grace.</summary>
    public bool IsLost(ContactRecord record, TimeSpan now, TimeSpan grace) =>
        record is { FailingSince: { } since, Failures: >= 2, LastAt: { } last } && now - since >= grace && now - last <= Timeout + LongestGap;
}

/// <summary>One host as self-suspicion sees it.</summary>
/// <param name="FailingSince">Since when it fails; null while it answers.</param>
public readonly record struct Watched(TimeSpan? FailingSince);

/// <summary>A holder that loses most of its hosts at once is more likely cut off itself. Pure.</summary>
public static class SelfSuspicion
{
    /// <summary>Within which losses count as at once.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Why none of them is to be declared lost, in a sentence; null if there is no reason.</summary>
    public static string? Of(IReadOnlyCollection<Watched> hosts)
    {
        var failing = hosts.Where(h => h.FailingSince is not null).Select(h => h.FailingSince!.Value).Order().ToList();
        if (hosts.Count >= 2 && failing.Count == hosts.Count)
        {
            return $"Portal reaches none of its {hosts.Count} hosts and suspects its own network; it declares none lost and waits for an administrator";
        }
        if (hosts.Count < 3)
        {
            return null;
        }
        var most = failing.Select(first => failing.Count(f => f >= first && f - first <= Window)).DefaultIfEmpty(0).Max();
        return most * 2 > hosts.Count
            ? $"Portal lost {most} of its {hosts.Count} hosts within a minute and suspects its own network; it declares none lost and waits for an administrator"
            : null;
    }
}
