using System.Collections.Immutable;

namespace Portal.Core.Domain.Bodies;

/// <summary>
/// Reads one object of a body field by field and tells every fault at once: absent and mistyped fields, values out of range, and, at
/// the end, fields that nobody asked for. A method that finds a fault tells it and returns null (or an empty value), so the caller just reads on.
/// An absent field and one that is null are the same. Names match exactly.
/// </summary>
/// <remarks>
/// <code>
/// var request = BodyReader.Read(json, b => new HostRequest(b.RequireText("endpoint"), b.Text("address"), b.TextMap("labels")));
/// </code>
/// </remarks>
public sealed partial class BodyReader
{
    private readonly BodyPath _path;
    private readonly Dictionary<string, Node> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _quiet = new(StringComparer.Ordinal);
    private readonly List<BodyReader> _children = [];

    private BodyReader(Node? node, BodyPath path, FaultCollector faults)
    {
        _path = path;
        Faults = faults;
        IsPresent = node is { Kind: NodeKind.Map };
        foreach (var (name, value) in node?.Entries ?? [])
        {
            _fields.Add(name, value);
        }
    }

    /// <summary>Where the faults go.</summary>
    public FaultCollector Faults { get; }

    /// <summary>Whether the object was given. In one that was not, nothing is required.</summary>
    public bool IsPresent { get; }

    /// <summary>Where the object stands, as <c>health</c> or <c>ports[0]</c>; empty for the whole body.</summary>
    public string Path => _path.ToString();

    /// <summary>Reads a JSON body, or refuses it with every fault.</summary>
    /// <typeparam name="T">What the body becomes.</typeparam>
    /// <param name="json">UTF-8, as it came.</param>
    /// <param name="read">Takes the fields; what it returns is discarded when there are faults.</param>
    /// <param name="allowEmpty">Whether no body at all is the same as <c>{}</c>.</param>
    /// <exception cref="RefusedException">The body has faults; the kind is <see cref="RefusalKind.Invalid"/>.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<BodyReader, T> read, bool allowEmpty = false)
    {
        var faults = new FaultCollector();
        var node = allowEmpty && json.IsEmpty ? Node.Map() : JsonTree.Read(json.Span, faults);
        var result = node is null ? default : Read(node, faults, read);
        return faults.Any ? throw Refuse(faults) : result!;
    }

    /// <summary>Refuses a body with every fault.</summary>
    public static RefusedException Refuse(FaultCollector faults) => Refuse(faults.Faults);

    /// <summary>Refuses a body with every fault.</summary>
    public static RefusedException Refuse(ImmutableArray<Fault> faults) => new(RefusalKind.Invalid,
        faults.Length == 1 ? "The body has a fault." : $"The body has {faults.Length} faults.", faults);

    /// <summary>Reads a tree; null where it is no object.</summary>
    internal static T? Read<T>(Node node, FaultCollector faults, Func<BodyReader, T> read)
    {
        if (node.Kind != NodeKind.Map)
        {
            faults.Add("", $"must be an object, not {node.Words}");
            return default;
        }
        var body = new BodyReader(node, BodyPath.Root, faults);
        var result = read(body);
        body.RejectUnknown();
        return result;
    }

    /// <summary>Whether a field was given, and not as null.</summary>
    public bool Has(string name) => _fields.TryGetValue(name, out var node) && node.Kind != NodeKind.Null;

    /// <summary>The path of a field.</summary>
    public string PathOf(string name) => _path.Field(name).ToString();

    /// <summary>Tells a fault of a field.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="message">What is wrong, to follow the path: <c>must be in the future</c>.</param>
    public void Fault(string name, string message) => Faults.Add(PathOf(name), message);

    /// <summary>Takes a field whatever it is, null where there is none, so that nobody calls it unknown.</summary>
    internal Node? Take(string name)
    {
        _asked.Add(name);
        return _fields.TryGetValue(name, out var node) && node.Kind is not (NodeKind.Null or NodeKind.Unreadable) ? node : null;
    }

    /// <summary>Nobody calls a field unknown, and suggests it for another neither.</summary>
    internal void AllowQuietly(string name) => _quiet.Add(name);

    /// <summary>An object in a field; where it is absent, an empty reader.</summary>
    public BodyReader Object(string name)
    {
        var node = Take(name);
        if (node is not null && node.Kind != NodeKind.Map)
        {
            Fault(name, $"must be an object, not {node.Words}");
            node = null;
        }
        return Child(node, _path.Field(name));
    }

    /// <summary>A list of objects in a field; empty where it is absent.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="maxItems">The most there may be.</param>
    public ImmutableArray<BodyReader> Objects(string name, int maxItems = 100)
    {
        var readers = ImmutableArray.CreateBuilder<BodyReader>();
        foreach (var (item, path) in Items(name, maxItems))
        {
            if (item.Kind == NodeKind.Map)
            {
                readers.Add(Child(item, path));
            }
            else if (item.Kind != NodeKind.Unreadable)
            {
                Faults.Add(path.ToString(), $"must be an object, not {item.Words}");
            }
        }
        return readers.ToImmutable();
    }

    private BodyReader Child(Node? node, BodyPath path)
    {
        var child = new BodyReader(node, path, Faults);
        _children.Add(child);
        return child;
    }

    private IEnumerable<(Node Item, BodyPath Path)> Items(string name, int maxItems)
    {
        if (Take(name) is not { } node)
        {
            return [];
        }
        if (node.Kind != NodeKind.List)
        {
            Fault(name, $"must be a list, not {node.Words}");
            return [];
        }
        if (node.Items.Count > maxItems)
        {
            Fault(name, $"must have at most {maxItems} entries");
            return [];
        }
        var path = _path.Field(name);
        return node.Items.Select((item, index) => (item, path.Item(index)));
    }

    private void RejectUnknown()
    {
        foreach (var (name, _) in _fields)
        {
            if (!_asked.Contains(name) && !_quiet.Contains(name))
            {
                var meant = _asked.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                    ?? _asked.FirstOrDefault(known => Misspelling.IsClose(known, name));
                Fault(name, meant is null ? "unknown field" : $"unknown field; {meant} is known");
            }
        }
        foreach (var child in _children)
        {
            child.RejectUnknown();
        }
    }
}
