using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Common;
using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Components.Pages.Addresses;

/// <summary>What a node of the graph is.</summary>
public enum NodeKind
{
    Service,
    App,
    Host,
}

/// <summary>A node of the graph.</summary>
/// <param name="Id">Its identity: a letter for its kind, and its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="More">What is said below it.</param>
/// <param name="Word">Its state as a word.</param>
/// <param name="Tone">Its state as a tone.</param>
/// <param name="Href">Its page.</param>
public sealed record TopologyNode(string Id, NodeKind Kind, string Name, string More, string Word, string Tone, string Href);

/// <summary>An edge of the graph.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="From">The node that needs the other.</param>
/// <param name="To">The other: a service's app, an app's host.</param>
/// <param name="Label">How many instances, as <c>×3</c>; empty where that says nothing.</param>
/// <param name="Tone">How they are.</param>
public sealed record TopologyEdge(string Id, string From, string To, string Label, string Tone);

/// <summary>What changes from one graph to the next; the browser is told nothing else.</summary>
/// <param name="Nodes">New ones, and those that changed.</param>
/// <param name="Edges">New ones, and those that changed.</param>
/// <param name="Gone">Nodes and edges that are no more.</param>
public sealed record TopologyChange(ImmutableArray<TopologyNode> Nodes, ImmutableArray<TopologyEdge> Edges, ImmutableArray<string> Gone)
{
    public bool IsEmpty => Nodes.IsEmpty && Edges.IsEmpty && Gone.IsEmpty;
}

/// <summary>Who runs where, at one moment: services, their apps, the hosts of their instances. Knows no renderer.</summary>
/// <param name="Nodes">By id.</param>
/// <param name="Edges">By id.</param>
public sealed record Topology(ImmutableSortedDictionary<string, TopologyNode> Nodes, ImmutableSortedDictionary<string, TopologyEdge> Edges)
{
    public static Topology Empty { get; } = new(ImmutableSortedDictionary.Create<string, TopologyNode>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, TopologyEdge>(StringComparer.Ordinal));

    /// <summary>The graph of a snapshot.</summary>
    /// <param name="snapshot">What the actor may see, within the scope.</param>
    /// <param name="statuses">Only apps that stand so, as people read it, with what belongs to them; none is all.</param>
    public static Topology Of(LiveSnapshot snapshot, IReadOnlyCollection<string> statuses)
    {
        var (nodes, edges) = (Empty.Nodes.ToBuilder(), Empty.Edges.ToBuilder());
        void Add(TopologyNode node) => nodes[node.Id] = node;
        foreach (var app in snapshot.Apps.Values.Where(a => !a.Deleting && (statuses.Count == 0 || statuses.Contains(Look.Of(a).Word))))
        {
            var look = Look.Of(app);
            var id = $"a:{app.Team}/{app.Name}";
            var instances = snapshot.Instances.GetValueOrDefault(app.Id, []);
            Add(new TopologyNode(id, NodeKind.App, app.Name, $"{app.Healthy} of {app.Desired}", look.Word, look.Tone, $"/apps/{app.Team}/{app.Name}"));
            foreach (var on in instances.Where(i => i is { Host: not null, Desired: DesiredState.Run }).GroupBy(i => i.Host!))
            {
                var tone = on.All(i => i.Ready) ? "run" : on.Any(i => i.State == InstanceState.Unknown) ? "idle" : "warn";
                edges[$"{id}>h:{on.Key}"] = new TopologyEdge($"{id}>h:{on.Key}", id, $"h:{on.Key}", $"×{on.Count()}", tone);
            }
        }
        foreach (var host in snapshot.Hosts.Values)
        {
            var look = Look.Of(host);
            Add(new TopologyNode($"h:{host.Name}", NodeKind.Host, host.Name, Words.Count(host.Instances, "instance"), look.Word, look.Tone, HostRow.PageOf(host.Name)));
        }
        foreach (var row in snapshot.Services.Select(s => new AddressRow(s)))
        {
            var id = $"s:{row.Service.Team}/{row.Service.Name}";
            var app = row.Service.App is { } name ? $"a:{row.Service.Team}/{name}" : null;
            if (app is null ? statuses.Count > 0 : !nodes.ContainsKey(app))
            {
                continue;
            }
            Add(new TopologyNode(id, NodeKind.Service, row.Service.Name, app is null ? "outside" : $"{row.Ready} of {row.Service.Endpoints.Length}", row.Look.Word, row.Look.Tone, $"/addresses?service={row.Service.Team}/{row.Service.Name}"));
            if (app is not null)
            {
                edges[$"{id}>{app}"] = new TopologyEdge($"{id}>{app}", id, app, "", row.Look.Tone);
            }
        }
        foreach (var edge in edges.Values.Where(e => !nodes.ContainsKey(e.To)).ToList())
        {
            edges.Remove(edge.Id);
        }
        return new Topology(nodes.ToImmutable(), edges.ToImmutable());
    }

    /// <summary>What is to be told to whoever knows the one before.</summary>
    public TopologyChange Since(Topology before) => new(
        [.. Nodes.Values.Where(n => before.Nodes.GetValueOrDefault(n.Id) != n)],
        [.. Edges.Values.Where(e => before.Edges.GetValueOrDefault(e.Id) != e)],
        [.. before.Edges.Keys.Where(k => !Edges.ContainsKey(k)), .. before.Nodes.Keys.Where(k => !Nodes.ContainsKey(k))]);
}
