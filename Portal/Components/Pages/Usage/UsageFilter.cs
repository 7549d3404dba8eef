using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Components.Pages.Usage;

/// <summary>The two views of the page.</summary>
public enum UsageView
{
    Now,
    Time,
}

/// <summary>What the table of usage is sorted by.</summary>
public enum UsageSort
{
    Name,
    Cpu,
    Memory,
    NetRx,
    NetTx,
    BlockRead,
    BlockWrite,
}

/// <summary>What the page shows: all that its URL says, but for the time.</summary>
public sealed record UsageFilter
{
    public UsageView View { get; init; }
    /// <summary>What a row or a series is of.</summary>
    public MetricGrouping By { get; init; } = MetricGrouping.Instance;
    /// <summary>Over time: which metric.</summary>
    public Metric Metric { get; init; }
    public string Text { get; init; } = "";
    public UsageSort Sort { get; init; } = UsageSort.Cpu;
    public bool Descending { get; init; } = true;

    /// <summary>Reads the values of a query string. The scope's own names, team and host, are the frame's.</summary>
    public static UsageFilter Read(Func<string, string?> query)
    {
        var view = QueryWords.Member<UsageView>(query("view")) ?? UsageView.Now;
        var by = QueryWords.Member<MetricGrouping>(query("by")) ?? Usual(view);
        var metric = QueryWords.Member<Metric>(query("metric")) ?? Metric.Cpu;
        var sort = query("sort") ?? "-cpu";
        return new UsageFilter
        {
            View = view,
            By = by,
            Metric = MetricWords.Of(by).Contains(metric) ? metric : Metric.Cpu,
            Text = query("q") ?? "",
            Sort = QueryWords.Member<UsageSort>(sort.TrimStart('-')) ?? UsageSort.Cpu,
            Descending = sort.StartsWith('-'),
        };
    }

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("view", View == UsageView.Now ? null : QueryWords.Write(View)),
        ("by", By == Usual(View) ? null : QueryWords.Write(By)),
        ("metric", Metric == Metric.Cpu ? null : QueryWords.Write(Metric)),
        ("q", Text),
        ("sort", Sort == UsageSort.Cpu && Descending ? null : (Descending ? "-" : "") + QueryWords.Write(Sort)),
    ];

    /// <summary>Sorts by another column, the highest first, or turns the order of the present one.</summary>
    public UsageFilter SortBy(UsageSort sort) => this with { Sort = sort, Descending = sort == Sort ? !Descending : sort != UsageSort.Name };

    /// <summary>The other view, with what is usual there.</summary>
    public UsageFilter In(UsageView view) => this with { View = view, By = Usual(view), Metric = Metric.Cpu };

    /// <summary>Another grouping; a metric that it does not have becomes CPU.</summary>
    public UsageFilter GroupBy(MetricGrouping by) => this with { By = by, Metric = MetricWords.Of(by).Contains(Metric) ? Metric : Metric.Cpu };

    private static MetricGrouping Usual(UsageView view) => view == UsageView.Now ? MetricGrouping.Instance : MetricGrouping.App;
}
