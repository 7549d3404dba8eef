using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>Hosts with the same values of a spec's first <c>spreadBy</c> labels: a tree, one level a label, whose leaves hold the hosts that fit.</summary>
internal sealed class SpreadGroup
{
    // Hosts without the label are a group too; no value of a label holds this character.
    private const string NoValue = "\0";
    private readonly Dictionary<string, SpreadGroup> _children = new(StringComparer.Ordinal);

    /// <summary>The root, before any label.</summary>
    public SpreadGroup(HostHeap heap) => Heap = heap;

    private SpreadGroup(SpreadGroup parent, string name)
    {
        Name = name;
        Path = parent.Path.Add(this);
        Heap = parent.Heap.Sibling();
    }

    /// <summary>As <c>zone=a</c> or <c>no zone</c>.</summary>
    public string Name { get; } = "";
    /// <summary>The groups from the first label's to this one.</summary>
    public ImmutableArray<SpreadGroup> Path { get; } = [];
    /// <summary>How many instances of the app its hosts have, whether they fit or not.</summary>
    public int Instances { get; set; }
    /// <summary>Of a leaf: its hosts that fit.</summary>
    public HostHeap Heap { get; }

    /// <summary>The group of a host, made if it is the first of it; new leaves are added to the list.</summary>
    public SpreadGroup LeafOf(HostSnapshot host, ImmutableArray<SpreadPath> labels, List<SpreadGroup> leaves)
    {
        var group = this;
        for (var depth = 0; depth < labels.Length; depth++)
        {
            var value = labels[depth].ValueOf(host.Labels);
            if (!group._children.TryGetValue(value ?? NoValue, out var child))
            {
                var name = value is null ? $"no {labels[depth].Label}" : $"{labels[depth].Label}={value}";
                group._children.Add(value ?? NoValue, child = new SpreadGroup(group, name));
                if (depth == labels.Length - 1) leaves.Add(child);
            }
            group = child;
        }
        return group;
    }
}
