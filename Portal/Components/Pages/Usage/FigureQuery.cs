using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Usage;

/// <summary>Which figures a chart shows, whatever the time; null is no bound.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="By">What a series is of.</param>
/// <param name="Team">Only of that team.</param>
/// <param name="App">Only of that app.</param>
/// <param name="Host">Only of that host.</param>
public sealed record FigureQuery(Metric Metric, MetricGrouping By, string? Team = null, string? App = null, string? Host = null)
{
    public MetricQuery For(DateTimeOffset from, DateTimeOffset to) => new() { Metric = Metric, By = By, Team = Team, App = App, Host = Host, From = from, To = to };

    /// <summary>The identity of a stored series, the same as of a live one; null where its labels do not say.</summary>
    public string? KeyOf(MetricSeries series)
    {
        string? Label(string name) => series.Labels.GetValueOrDefault(name);
        return By switch
        {
            MetricGrouping.Host => Label("host"),
            MetricGrouping.Team => Label("team"),
            MetricGrouping.App => $"{Label("team")}/{Label("app")}",
            _ => Label("instance"),
        };
    }

    /// <summary>A series' name for people.</summary>
    public string NameOf(MetricSeries series)
    {
        string? Label(string name) => series.Labels.GetValueOrDefault(name);
        return By == MetricGrouping.Instance ? InstanceName(Label("app") ?? "?", Label("slot"), Label("host"))
            : By == MetricGrouping.App && Team is not null ? Label("app") ?? "?" : KeyOf(series) ?? "?";
    }

    private string InstanceName(string app, string? slot, string? host) => $"{(App is null ? $"{app} " : "")}{(slot is null ? "?" : App is null ? slot : $"replica {slot}")}{(Host is null && host is not null ? $" on {host}" : "")}";

    /// <summary>The newest figures by series: key, name and value. Only of what the snapshot holds.</summary>
    public IEnumerable<(string Key, string Name, double? Value)> Live(UsageSnapshot usage, LiveSnapshot snapshot) => By == MetricGrouping.Host
        ? from host in snapshot.Hosts.Values
          where (Host is null || host.Name == Host) && usage.Hosts.ContainsKey(host.Id)
          orderby host.Name
          select (host.Name, host.Name, OfHost(usage.Hosts[host.Id]))
        : By == MetricGrouping.Instance
            ? Instances(usage, snapshot).Select(i => (i.Instance.Id.ToString(), InstanceName(i.App.Name, $"{i.Instance.Slot}", i.Instance.Host), OfInstance(i.Instance, i.Usage)))
            : from i in Instances(usage, snapshot)
              group i by By == MetricGrouping.Team ? i.App.Team : $"{i.App.Team}/{i.App.Name}" into of
              let values = of.Select(i => OfInstance(i.Instance, i.Usage)).Where(v => v is not null).ToList()
              select (of.Key, By == MetricGrouping.App && Team is not null ? of.First().App.Name : of.Key, values.Count == 0 ? null : values.Sum());

    private IEnumerable<(AppView App, InstanceView Instance, InstanceUsage Usage)> Instances(UsageSnapshot usage, LiveSnapshot snapshot) =>
        from of in snapshot.Instances
        let app = snapshot.Apps.GetValueOrDefault(of.Key)
        where app is not null && (Team is null || app.Team == Team) && (App is null || app.Name == App)
        from instance in of.Value
        where (Host is null || instance.Host == Host) && usage.Instances.ContainsKey(instance.Id)
        select (app, instance, usage.Instances[instance.Id]);

    private double? OfInstance(InstanceView instance, InstanceUsage usage) => Metric switch
    {
        Metric.Cpu => usage.Cpu,
        Metric.Memory => usage.Memory,
        Metric.NetRx => usage.NetRx,
        Metric.NetTx => usage.NetTx,
        Metric.BlockRead => usage.BlockRead,
        Metric.BlockWrite => usage.BlockWrite,
        Metric.Restarts => instance.Restarts,
        Metric.Instances => instance.State == InstanceState.Running ? 1 : 0,
        _ => null,
    };

    private double? OfHost(HostUsage usage) => Metric switch
    {
        Metric.Cpu => usage.Cpu,
        Metric.Memory => usage.Memory,
        Metric.Disk => usage.DiskUsed,
        Metric.Instances => usage.Instances,
        _ => null,
    };
}
