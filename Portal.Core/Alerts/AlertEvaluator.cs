using System.Collections.Immutable;

namespace Portal.Core.Alerts;

/// <summary>
/// Moves alerts on: Pending → Firing → Resolved. What keeps coming back has to stay quiet for longer each time before it is over, so that a thing that flaps
/// tells its targets a bounded number of times. Pure.
/// </summary>
public static class AlertEvaluator
{
    /// <summary>What fires must be quiet for so long before it is over; twice as long after each time that it came back.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    /// <summary>And never longer than this.</summary>
    public static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(30);
    /// <summary>What comes back within this after it was over flaps.</summary>
    public static readonly TimeSpan FlapWithin = TimeSpan.FromHours(1);
    /// <summary>What is over is shown for so long.</summary>
    public static readonly TimeSpan ShownAfter = TimeSpan.FromHours(24);

    /// <summary>What changes.</summary>
    /// <param name="rules">Every rule.</param>
    /// <param name="states">Every alert that is kept.</param>
    /// <param name="silences">Every silence.</param>
    /// <param name="scene">What is there.</param>
    /// <param name="now">The time.</param>
    public static ImmutableArray<AlertChange> Evaluate(IEnumerable<AlertRule> rules, IEnumerable<AlertState> states, IReadOnlyCollection<AlertSilence> silences, AlertScene scene, DateTimeOffset now)
    {
        var changes = ImmutableArray.CreateBuilder<AlertChange>();
        var known = states.ToDictionary(s => (s.RuleId, s.Subject));
        foreach (var rule in rules)
        {
            foreach (var finding in rule.Enabled ? AlertConditions.Of(rule, scene, now) : [])
            {
                known.Remove((rule.Id, finding.Subject), out var state);
                Add(rule, state, finding);
            }
            foreach (var state in known.Values.Where(s => s.RuleId == rule.Id).ToList())
            {
                known.Remove((rule.Id, state.Subject));
                var why = rule.Enabled ? "What it was about is no longer there" : "The rule was switched off";
                Add(rule, state, new AlertFinding(state.Subject, state.Team, state.App, state.Host, false, why), gone: true);
            }
        }
        changes.AddRange(known.Values.Select(s => new AlertChange(null, s, Removed: true, Tells: false)));
        return changes.ToImmutable();

        void Add(AlertRule rule, AlertState? state, AlertFinding finding, bool gone = false)
        {
            if (Step(rule, state, finding, silences, gone, now) is { } change)
            {
                changes.Add(change);
            }
        }
    }

    private static AlertChange? Step(AlertRule rule, AlertState? state, AlertFinding finding, IReadOnlyCollection<AlertSilence> silences, bool gone, DateTimeOffset now)
    {
        var after = finding.IsMet switch
        {
            true => Met(rule, state, finding, now),
            false when state is not null => Unmet(state, finding, gone, now),
            _ => state,
        };
        if (after is null)
        {
            return state is null ? null : new AlertChange(rule, state, Removed: true, Tells: false);
        }
        var fires = after is { Phase: AlertPhase.Firing, Notified: false, QuietSince: null } && !silences.Any(s => s.Covers(rule, after, now));
        var isOver = after is { Phase: AlertPhase.Resolved, Notified: true };
        after = fires ? after with { Notified = true } : isOver ? after with { Notified = false } : after;
        return after == state ? null : new AlertChange(rule, after, Removed: false, Tells: fires || isOver);
    }

    private static AlertState Met(AlertRule rule, AlertState? state, AlertFinding finding, DateTimeOffset now)
    {
        var met = state ?? new AlertState { RuleId = rule.Id, Subject = finding.Subject, Since = now };
        if (state is null or { Phase: AlertPhase.Resolved })
        {
            met = met with { Phase = AlertPhase.Pending, Since = now, Flaps = now - state?.ResolvedAt < FlapWithin ? met.Flaps + 1 : 0, QuietSince = null };
        }
        if (met.Phase == AlertPhase.Pending && now - met.Since >= rule.For)
        {
            met = met with { Phase = AlertPhase.Firing, FiredAt = now };
        }
        return met with { QuietSince = null, Reason = finding.Reason, Team = finding.Team, App = finding.App, Host = finding.Host };
    }

    /// <returns>Null where nothing is to be kept.</returns>
    private static AlertState? Unmet(AlertState state, AlertFinding finding, bool gone, DateTimeOffset now)
    {
        switch (state.Phase)
        {
            case AlertPhase.Pending:
                return state.ResolvedAt is null ? null : state with { Phase = AlertPhase.Resolved };
            case AlertPhase.Resolved:
                return now - state.ResolvedAt > ShownAfter ? null : state;
            default:
                var quietSince = state.QuietSince ?? now;
                return gone || now - quietSince >= QuietFor(state.Flaps)
                    ? state with { Phase = AlertPhase.Resolved, ResolvedAt = now, QuietSince = null, Reason = gone ? finding.Reason : state.Reason }
                    : state with { QuietSince = quietSince };
        }
    }

    private static TimeSpan QuietFor(int flaps) => flaps >= 8 ? LongestQuiet : TimeSpan.FromTicks(Math.Min(LongestQuiet.Ticks, Quiet.Ticks << flaps));
}
