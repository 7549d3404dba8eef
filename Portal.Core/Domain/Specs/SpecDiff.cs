using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>What differs between two specs, and what that does to running containers.</summary>
public static class SpecDiff
{
    private const string Hidden = "(hidden)";

    private static readonly AppSpec Nothing = new() { Image = "" };

    /// <summary>The fields that differ, in the order of the API.</summary>
    /// <param name="old">The present spec; null where there is none: then the fields that are not at their default are told, and nothing restarts.</param>
    /// <param name="new">The wanted spec.</param>
    /// <param name="hideEnv">Whether values of env, and of headers that probes send, are left out, for those who may not see them.</param>
    /// <remarks>Ports and volumes are matched by name; one that is new or gone is told as a whole.</remarks>
    public static ImmutableArray<FieldChange> Between(AppSpec? old, AppSpec @new, bool hideEnv = false)
    {
        var changes = new List<FieldChange>();
        var before = old ?? Nothing;
        Compare(BodyPath.Root, SpecTree.Whole(before), SpecTree.Whole(@new), (path, was, becomes) =>
        {
            var text = path.ToString();
            var effect = old is not null && ContainerField.Is(text, old, @new) ? ChangeEffect.RestartsContainers : ChangeEffect.NoRestart;
            var hides = hideEnv && path.Parent is { Name: "env" } or { Name: "headers" };
            changes.Add(new FieldChange(text, Shown(was, hides), Shown(becomes, hides), effect));
        });
        return [.. changes];
    }

    private delegate void Tell(BodyPath path, Node? was, Node? becomes);

    private static void Compare(BodyPath path, Node was, Node becomes, Tell tell)
    {
        if (was.Kind == NodeKind.Map && becomes.Kind == NodeKind.Map)
        {
            CompareEntries(path, was, becomes, tell);
        }
        else if (IsNamed(was) || IsNamed(becomes))
        {
            CompareNamed(path, was, becomes, tell);
        }
        else if (NodeWriter.ToJson(was) != NodeWriter.ToJson(becomes))
        {
            tell(path, was, becomes);
        }
    }

    private static void CompareEntries(BodyPath path, Node was, Node becomes, Tell tell)
    {
        var before = was.Entries.ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
        foreach (var (name, value) in becomes.Entries)
        {
            if (before.Remove(name, out var earlier))
            {
                Compare(path.Field(name), earlier, value, tell);
            }
            else
            {
                CompareOrTell(path.Field(name), null, value, tell);
            }
        }
        foreach (var (name, value) in was.Entries.Where(e => before.ContainsKey(e.Key)))
        {
            CompareOrTell(path.Field(name), value, null, tell);
        }
    }

    /// <summary>A list of named things that is left out is one that is empty.</summary>
    private static void CompareOrTell(BodyPath path, Node? was, Node? becomes, Tell tell)
    {
        if (IsNamed(was ?? becomes!))
        {
            CompareNamed(path, was ?? Node.List([]), becomes ?? Node.List([]), tell);
        }
        else
        {
            tell(path, was, becomes);
        }
    }

    private static void CompareNamed(BodyPath path, Node was, Node becomes, Tell tell)
    {
        var before = was.Items.Select((item, index) => (item, index)).Zip(KeysOf(was)).ToDictionary(i => i.Second, i => i.First, StringComparer.Ordinal);
        if (path.Name == PartsPart.InitContainers && was.Items.Count > 1 && Names(was) != Names(becomes) && becomes.Items.All(i => before.ContainsKey($"{NameOf(i)}#1")) && becomes.Items.Count == before.Count)
        {
            tell(path, Node.Text(Names(was)), Node.Text(Names(becomes)));
        }
        var keys = KeysOf(becomes);
        foreach (var (index, item) in becomes.Items.Index())
        {
            if (before.Remove(keys[index], out var earlier))
            {
                Compare(path.Item(index), earlier.item, item, tell);
            }
            else
            {
                tell(path.Item(index), null, item);
            }
        }
        foreach (var (item, index) in before.Values.OrderBy(i => i.index))
        {
            tell(path.Item(index), item, null);
        }
    }

    private static bool IsNamed(Node node) => node is { Kind: NodeKind.List, Items: [{ Kind: NodeKind.Map }, ..] };

    private static string Names(Node list) => string.Join(", ", list.Items.Select(NameOf));

    /// <summary>What tells the items of a list apart; some of the same name, such as schedules, by their order.</summary>
    private static List<string> KeysOf(Node list)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. list.Items.Select(i => $"{NameOf(i)}#{seen[NameOf(i)] = seen.GetValueOrDefault(NameOf(i)) + 1}")];
    }

    private static string NameOf(Node item) => item.Entries[0].Value.Literal;

    private static string? Shown(Node? node, bool hides) => node switch
    {
        null or { Kind: NodeKind.Null } => null,
        _ when hides => Hidden,
        { Kind: NodeKind.List } => NodeWriter.ToJson(node),
        { Kind: NodeKind.Map } => string.Join(", ", node.Entries.Where(IsTold).Select(e => $"{e.Key} {Within(e)}")),
        _ => node.Literal,
    };

    /// <summary>Of something told as a whole, what says anything: of a sidecar not that it sets nothing aside and that nothing checks it.</summary>
    private static bool IsTold(KeyValuePair<string, Node> entry) => entry.Value.Kind switch
    {
        NodeKind.Null => false,
        NodeKind.List => entry.Value.Items.Count > 0,
        NodeKind.Map when entry.Key == "health" => entry.Value.Entries[0].Value.Literal != "none",
        NodeKind.Map => entry.Value.Entries.Any(IsTold),
        NodeKind.Number or NodeKind.Text => entry.Key is not ("cpus" or "memory") || entry.Value.Literal != "0",
        _ => true,
    };

    /// <summary>A value of something told as a whole. Of env only the names: this may be read by those who may not see values.</summary>
    private static string Within(KeyValuePair<string, Node> entry) => entry.Value.Kind switch
    {
        NodeKind.Map when entry.Key == "env" => $"({string.Join(", ", entry.Value.Entries.Select(e => e.Key))})",
        NodeKind.Map => $"({string.Join(", ", entry.Value.Entries.Where(IsTold).Select(e => $"{e.Key} {Within(e)}"))})",
        NodeKind.List => NodeWriter.ToJson(entry.Value),
        _ => entry.Value.Literal,
    };
}
