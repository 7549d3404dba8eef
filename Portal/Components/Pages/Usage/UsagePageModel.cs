using System.Collections.Immutable;
using Portal.Components.Pages.Apps;
using Portal.Components.Pages.Common;
using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Usage;

/// <summary>What uses CPU and memory now: rows and their order. Knows no renderer and no service.</summary>
public sealed class UsagePageModel() : ListModel<string, UsageRow, UsageFilter>(row => row.Key, row => row with { Gone = true })
{
    /// <summary>Takes new figures, and a snapshot that is already narrowed to what the actor may see and to the scope.</summary>
    public void Apply(UsageSnapshot usage, LiveSnapshot snapshot, string? host) => Take(RowsOf(usage, snapshot, host).ToDictionary(row => row.Key));

    protected override (ImmutableArray<UsageRow> Wanted, ImmutableArray<FacetGroup> Facets) Choose()
    {
        var found = All.Values.Where(r => Filter.Text.Length == 0 || r.Name.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
            || r.Of.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase) || r.Where.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase));
        if (Filter.Sort == UsageSort.Name)
        {
            return ([.. Filter.Descending ? found.OrderByDescending(r => r.Name, NameOrder) : found.OrderBy(r => r.Name, NameOrder)], []);
        }
        // Unknown is neither high nor low: it comes last.
        var known = found.OrderBy(r => FigureOf(r) is null);
        var sorted = Filter.Descending ? known.ThenByDescending(FigureOf) : known.ThenBy(FigureOf);
        return ([.. sorted.ThenBy(r => r.Name, NameOrder)], []);
    }

    private static readonly StringComparer NameOrder = StringComparer.Ordinal;

    private double? FigureOf(UsageRow row) => Filter.Sort switch
    {
        UsageSort.Memory => row.Memory,
        UsageSort.NetRx => row.NetRx,
        UsageSort.NetTx => row.NetTx,
        UsageSort.BlockRead => row.BlockRead,
        UsageSort.BlockWrite => row.BlockWrite,
        _ => row.Cpu,
    };

    private IEnumerable<UsageRow> RowsOf(UsageSnapshot usage, LiveSnapshot snapshot, string? host)
    {
        if (Filter.By == MetricGrouping.Host)
        {
            return snapshot.Hosts.Values.Where(h => usage.Hosts.ContainsKey(h.Id)).Select(h => OfHost(h, usage.Hosts[h.Id]));
        }
        var measured =
            (from of in snapshot.Instances
             let app = snapshot.Apps.GetValueOrDefault(of.Key)
             where app is not null
             from instance in of.Value
             where (host is null || instance.Host == host) && usage.Instances.ContainsKey(instance.Id)
             select (App: app, Instance: instance, Usage: usage.Instances[instance.Id])).ToList();
        return Filter.By switch
        {
            MetricGrouping.App => measured.GroupBy(m => m.App).Select(g => Sum(new UsageRow(g.Key.Id.ToString(), g.Key.Name, $"{AppEndpoint.PageOf(g.Key)}?tab=metrics") { Of = g.Key.Team }, [.. g])),
            MetricGrouping.Team => measured.GroupBy(m => m.App.Team).Select(g => Sum(new UsageRow(g.Key, g.Key, null) { Of = Words.Count(g.Select(m => m.App.Id).Distinct().Count(), "app") }, [.. g])),
            _ => measured.Select(m => Sum(new UsageRow(m.Instance.Id.ToString(), $"{m.App.Name} {m.Instance.Slot}", $"{AppEndpoint.PageOf(m.App)}?tab=instances&instance={m.Instance.Id}")
            {
                Of = m.App.Team,
            }, [m]) with { Where = m.Instance.Host ?? "" }),
        };
    }

    private static UsageRow Sum(UsageRow row, ImmutableArray<(AppView App, InstanceView Instance, InstanceUsage Usage)> of) => row.With([.. of.Select(m => m.Usage)]) with
    {
        Instances = [.. of.Select(m => m.Instance.Id)],
        Where = Words.Count(of.Length, "instance") + (of.Select(m => m.Instance.Host).Distinct().Count() is > 1 and var hosts ? $" on {hosts} hosts" : $" on {of[0].Instance.Host}"),
    };

    private static UsageRow OfHost(HostView host, HostUsage usage) => new(host.Name, host.Name, HostRow.PageOf(host.Name))
    {
        Of = host.Address,
        Where = Words.Count(usage.Instances, "instance"),
        Cpu = usage.Cpu,
        Memory = usage.Memory,
        MemoryLimit = host.Capacity.MemoryBytes > 0 ? host.Capacity.MemoryBytes : null,
        Note = usage.OfWholeMachine ? "" : "of the containers only",
    };
}
