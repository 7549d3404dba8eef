using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>What a query may ask for. Every fault is told at once.</summary>
internal static class MetricRules
{
    /// <summary>Series of one answer at most.</summary>
    public const int MostSeries = 500;

    public static void Check(MetricQuery query, TimeSpan step, DateTimeOffset to)
    {
        List<Fault> faults = [];
        if (query.From >= query.To)
        {
            faults.Add(new Fault("to", "must be later than from"));
        }
        else if (query.From >= to)
        {
            faults.Add(new Fault("from", "must be in the past"));
        }
        if (query.Step <= TimeSpan.Zero)
        {
            faults.Add(new Fault("step", "must be longer than 0s"));
        }
        else if ((to - query.From) / step > MetricRange.MostPoints)
        {
            var least = MetricRange.StepOf((to - query.From) / MetricRange.MostPoints, default);
            faults.Add(new Fault("step", $"would give more than {MetricRange.MostPoints} points of each series; take one of at least {DurationText.Format(TimeSpan.FromSeconds(Math.Ceiling(least.TotalSeconds)))}, or a shorter range"));
        }
        if (query is { App: not null, Team: null })
        {
            faults.Add(new Fault("app", "needs its team"));
        }
        if (query.Metric == Metric.Disk && (query.By != MetricGrouping.Host || query.Team is not null || query.Instance is not null))
        {
            faults.Add(new Fault("metric", "is measured of hosts only: by host, and without team, app and instance"));
        }
        if (query.Metric == Metric.Instances && query.By == MetricGrouping.Instance)
        {
            faults.Add(new Fault("by", "must be app, team or host where instances are counted"));
        }
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Invalid, "The query cannot be answered.", faults);
        }
    }

    public static void CheckSeries(MetricQuery query, int count)
    {
        if (count > MostSeries)
        {
            var coarser = query.By == MetricGrouping.Instance ? "group by app, or name an app" : query.By == MetricGrouping.App ? "group by team, or name a team" : "name one";
            throw new RefusedException(RefusalKind.Invalid, "The query cannot be answered.", new Fault("by", $"would give {count} series, and at most {MostSeries} are; {coarser}"));
        }
    }
}
