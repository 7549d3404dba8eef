using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scaling;

/// <summary>How far the number may go now: only what was right over the whole stabilisation window, and no further than a step within its period.</summary>
internal static class PaceRule
{
    /// <summary>Looks further apart than this leave a gap in what is known.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(45);
    private const int SpansPerWindow = 60;

    /// <summary>The history with what is right now.</summary>
    public static ScalingHistory Record(ScalingSpec policy, ScalingHistory history, int current, int recommended, DateTimeOffset now)
    {
        if (history.Number != current)
        {
            // Somebody else set it: what was right before says nothing about that.
            history = new ScalingHistory { Number = current };
        }
        var longest = policy.ScaleIn.Stabilization > policy.ScaleOut.Stabilization ? policy.ScaleIn.Stabilization : policy.ScaleOut.Stabilization;
        var spans = history.Spans.RemoveAll(s => s.From > now);
        if (!spans.IsEmpty && spans[^1] is var last && now - last.Until <= LongestGap && (last.Least, last.Most) == (recommended, recommended))
        {
            spans = spans.SetItem(spans.Length - 1, last with { Until = now });
        }
        else if (!spans.IsEmpty && now - spans[^1].Until <= LongestGap && spans[^1] is var young && now - young.From < longest / SpansPerWindow)
        {
            // However often it changes its mind, only so much is remembered.
            spans = spans.SetItem(spans.Length - 1, new ScalingSpan(young.From, now, Math.Min(young.Least, recommended), Math.Max(young.Most, recommended)));
        }
        else
        {
            spans = !spans.IsEmpty && now - spans[^1].Until <= LongestGap ? spans.SetItem(spans.Length - 1, spans[^1] with { Until = now }) : [];
            spans = spans.Add(new ScalingSpan(now, now, recommended, recommended));
        }
        var period = policy.ScaleIn.Period > policy.ScaleOut.Period ? policy.ScaleIn.Period : policy.ScaleOut.Period;
        return history with { Spans = spans.RemoveAll(s => s.Until < now - longest), Steps = history.Steps.RemoveAll(s => s.At <= now - period || s.At > now) };
    }

    /// <summary>The number that was right all through the window, on the way to what is right now; and when it may be another.</summary>
    public static (int Number, DateTimeOffset? Until) Stabilize(ScalingSpec policy, ScalingHistory history, int current, int recommended, DateTimeOffset now)
    {
        if (recommended == current)
        {
            return (current, null);
        }
        var window = (recommended > current ? policy.ScaleOut : policy.ScaleIn).Stabilization;
        if (window == TimeSpan.Zero)
        {
            return (recommended, null);
        }
        var begin = now - window;
        // The first look of a window that is not known as a whole counts as if the present number had been right until then.
        var known = history.Spans.IsEmpty ? now : history.Spans[0].From;
        if (known > begin)
        {
            return (current, known + window);
        }
        var within = history.Spans.Where(s => s.Until >= begin).ToList();
        if (recommended > current)
        {
            var least = Math.Min(recommended, within.Min(s => s.Least));
            return (Math.Max(current, least), least < recommended ? EndOf(within, s => s.Least < recommended, window) : null);
        }
        var most = Math.Max(recommended, within.Max(s => s.Most));
        return (Math.Min(current, most), most > recommended ? EndOf(within, s => s.Most > recommended, window) : null);
    }

    /// <summary>How far a step may go.</summary>
    public static (int Number, DateTimeOffset? Until) Limit(ScalingSpec policy, ScalingHistory history, int current, int wanted, DateTimeOffset now)
    {
        if (wanted == current)
        {
            return (current, null);
        }
        var isMore = wanted > current;
        var pace = isMore ? policy.ScaleOut : policy.ScaleIn;
        var steps = history.Steps.Where(s => s.At > now - pace.Period && s.To > s.From == isMore).ToList();
        var start = current - steps.Sum(s => s.To - s.From);
        var limit = isMore ? start + pace.Step.Of(start, roundUp: true) : start - pace.Step.Of(start, roundUp: true);
        var number = isMore ? Math.Min(wanted, Math.Max(limit, current)) : Math.Max(wanted, Math.Min(limit, current));
        return (number, number == wanted ? null : steps.Count > 0 ? steps.Min(s => s.At) + pace.Period : now + pace.Period);
    }

    private static DateTimeOffset? EndOf(List<ScalingSpan> spans, Func<ScalingSpan, bool> stands, TimeSpan window) => spans.Where(stands).Select(s => (DateTimeOffset?)(s.Until + window)).Max();
}
