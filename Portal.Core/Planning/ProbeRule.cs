using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>
/// What a series of probes means, and when the next is due. Readiness follows the last probe; an instance is unhealthy only after several failures in a row that
/// count. A failed connection counts only where it surely is the instance's: if no probe of a host connects, nothing is said of any of them. Pure.
/// </summary>
public static class ProbeRule
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    // Probes that fall due together are begun together.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    /// <summary>The record of a run that was just seen. An instance that was ready in the same run before stays so until a probe says otherwise: another worker asked it, or another policy.</summary>
    /// <param name="run">The run.</param>
    /// <param name="before">What was last said of the instance.</param>
    /// <param name="now">The present.</param>
    public static ProbeRecord Begin(ContainerRun run, InstanceObservation before, DateTimeOffset now)
    {
        var wasReady = before.ReadySince is not null && before.ContainerId == run.ContainerId && before.StartedAt == run.StartedAt;
        return new ProbeRecord
        {
            Run = run,
            Since = wasReady && run.StartedAt is { } started && started < now ? started : now,
            Health = wasReady && before.Health == Health.Healthy ? Health.Healthy : Health.Starting,
            Ready = wasReady,
        };
    }

    /// <summary>The record under another policy, by which nothing was heard yet.</summary>
    public static ProbeRecord Anew(ProbeRecord record) => record with
    {
        Health = record.Health == Health.Unhealthy ? Health.Starting : record.Health,
        Successes = 0,
        Failures = 0,
        FailingSince = null,
        CountedAt = null,
        AskedAt = null,
        Answer = "",
    };

    /// <summary>The record after one more probe.</summary>
    /// <param name="before">The record.</param>
    /// <param name="answer">What the probe heard.</param>
    /// <param name="askedAt">When it was begun.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="others">The other probed instances of the host; only looked at where no connection came about.</param>
    public static ProbeRecord Heard(ProbeRecord before, ProbeAnswer answer, DateTimeOffset askedAt, HealthSpec policy, ProbeNeighbours others)
    {
        var asked = before with { AskedAt = askedAt, ConnectedAt = answer.Outcome == ProbeOutcome.Silent ? before.ConnectedAt : askedAt };
        return answer.Outcome == ProbeOutcome.Passed ? Passed(asked, policy) : Failed(asked with
        {
            Ready = false,
            Successes = 0,
            FailingSince = before.FailingSince ?? askedAt,
            Answer = answer.Text,
        }, answer.Outcome, askedAt, policy, others);
    }

    /// <summary>When to ask next. Instances that are to become ready are asked more often; the others at their own place within the interval, so that a host's probes are spread over time.</summary>
    /// <param name="record">The record, after the last probe.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="place">Places the instance within the interval: any number that is its own.</param>
    /// <param name="now">The present.</param>
    public static DateTimeOffset NextAt(ProbeRecord record, HealthSpec policy, uint place, DateTimeOffset now)
    {
        var waits = record.Health is Health.Starting or Health.Unknown && !record.Ready && record.Successes == 0;
        if (waits && record.AskedAt is null)
        {
            return now;
        }
        if (waits)
        {
            // 0.1, 0.2, 0.4 … 1 s: each pause as long as the run is old.
            var pause = TimeSpan.FromTicks(Math.Clamp((now - record.Since).Ticks, FirstPause.Ticks, LongestPause.Ticks));
            return now + (pause < policy.Interval ? pause : policy.Interval);
        }
        var interval = policy.Interval.Ticks;
        var phase = (long)(place / (uint.MaxValue + 1.0) * interval);
        var earliest = record.AskedAt is { } asked ? Math.Max(now.UtcTicks, asked.UtcTicks + interval / 2) : now.UtcTicks;
        return new DateTimeOffset(earliest + ((phase - earliest) % interval + interval) % interval, TimeSpan.Zero);
    }

    private static ProbeRecord Passed(ProbeRecord asked, HealthSpec policy)
    {
        var successes = Math.Min(asked.Successes + 1, policy.SuccessThreshold);
        // What was ready all along has passed its threshold before.
        var ready = asked.Ready || successes >= policy.SuccessThreshold;
        return asked with
        {
            Ready = ready,
            Health = ready ? Health.Healthy : asked.Health == Health.Unknown ? Health.Starting : asked.Health,
            Successes = successes,
            Failures = 0,
            FailingSince = null,
            CountedAt = null,
            Answer = "",
        };
    }

    private static ProbeRecord Failed(ProbeRecord asked, ProbeOutcome outcome, DateTimeOffset askedAt, HealthSpec policy, ProbeNeighbours others)
    {
        var nobodyConnects = outcome == ProbeOutcome.Silent
            && (others.IsSuspect || others.Count > 0 && !(others.ConnectedAt >= asked.FailingSince) && others.AllAskedSince >= asked.FailingSince);
        if (nobodyConnects)
        {
            // Counted anew once one of them connects again.
            return asked with { Health = asked.Health == Health.Starting ? Health.Starting : Health.Unknown, Failures = 0, CountedAt = null, FailingSince = askedAt };
        }
        if (asked.Health is Health.Starting or Health.Unknown && !Counts(asked, askedAt, policy))
        {
            return asked;
        }
        var failures = Math.Min(asked.Failures + 1, policy.Retries);
        var isItsOwn = outcome == ProbeOutcome.Failed || others.Count == 0 || others.ConnectedAt >= asked.FailingSince;
        return asked with
        {
            Health = failures >= policy.Retries && isItsOwn ? Health.Unhealthy : asked.Health,
            Failures = failures,
            CountedAt = askedAt,
        };
    }

    /// <summary>Not within the start period, and of the many probes of one that is waited for only as many as there are intervals.</summary>
    private static bool Counts(ProbeRecord asked, DateTimeOffset askedAt, HealthSpec policy)
    {
        var mayCount = asked.Health == Health.Unknown || askedAt >= asked.Since + policy.StartPeriod;
        var last = asked.CountedAt ?? (asked.Health == Health.Unknown ? asked.FailingSince ?? asked.Since : asked.Since);
        var tolerance = TimeSpan.FromTicks(Math.Min(policy.Interval.Ticks / 4, Tolerance.Ticks));
        return mayCount && askedAt - last >= policy.Interval - tolerance;
    }
}
