using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Portal.Core.Domain.Bodies;

/// <summary>
/// Reads one YAML document into a tree. An anchor's value is shared, not copied, and what a document would expand to is
/// bounded; <c>&lt;&lt;</c> merges. Names given twice, unknown tags and text that cannot be kept are faults; nothing throws.
/// </summary>
internal sealed class YamlTree
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly IParser _parser;
    private readonly FaultCollector _faults;
    private readonly Dictionary<AnchorName, Node> _anchors = [];
    private int _nodes;

    private YamlTree(string yaml, FaultCollector faults)
    {
        _parser = new Parser(new StringReader(yaml));
        _faults = faults;
    }

    /// <summary>The tree; null where there is none to read on with.</summary>
    public static Node? Read(string yaml, FaultCollector faults)
    {
        if (yaml.Length > TreeLimits.MaxBytes)
        {
            faults.Add("", TreeLimits.TooLarge);
            return null;
        }
        try
        {
            return new YamlTree(yaml.TrimStart('\uFEFF'), faults).ReadDocument();
        }
        catch (UnreadableBodyException e)
        {
            faults.Add("", e.Message);
        }
        catch (YamlException e)
        {
            faults.Add("", $"is not YAML: {BodyPath.Printable(e.Message.TrimEnd('.'))} (line {e.Start.Line}, position {e.Start.Column})");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // The parser's own slips on input that is no YAML.
            faults.Add("", "is not YAML");
        }
        return null;
    }

    private Node ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            throw new UnreadableBodyException("is empty");
        }
        var root = ReadValue(BodyPath.Root, depth: 0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            throw new UnreadableBodyException("must be one YAML document");
        }
        return root.Size <= TreeLimits.MaxNodes ? root : throw new UnreadableBodyException(TreeLimits.TooMany);
    }

    private Node ReadValue(BodyPath path, int depth)
    {
        Count(1);
        if (depth > TreeLimits.MaxDepth)
        {
            throw new UnreadableBodyException(TreeLimits.TooDeep);
        }
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var known) ? known
                : Refuse(path, $"repeats *{BodyPath.Printable(alias.Value.Value)}, which is not there yet");
        }
        if (_parser.Current is not NodeEvent { Anchor: var anchor })
        {
            throw new UnreadableBodyException("is not YAML: a value is missing");
        }
        var node = _parser.Current switch
        {
            MappingStart => ReadMap(path, depth),
            SequenceStart => ReadList(path, depth),
            _ => ReadScalar(path),
        };
        if (node.Size > TreeLimits.MaxNodes)
        {
            throw new UnreadableBodyException(TreeLimits.TooMany);
        }
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node;
        }
        return node;
    }

    private Node ReadList(BodyPath path, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadValue(path.Item(items.Count), depth + 1));
        }
        return Tagged(start.Tag, "seq", path, Node.List(items));
    }

    private Node ReadMap(BodyPath path, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var fields = new MapFields(path, _faults);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var isMerge = _parser.Current is Scalar { Value: "<<", Style: ScalarStyle.Plain };
            var key = ReadValue(path, depth + 1);
            var name = key.AsText ?? (key.Kind == NodeKind.Null ? "null" : null);
            var value = ReadValue(path.Field(name ?? ""), depth + 1);
            if (isMerge)
            {
                Count(fields.Merge(value));
            }
            else if (name is not null)
            {
                fields.Add(name, value);
            }
            else if (key.Kind != NodeKind.Unreadable)
            {
                _faults.Add(path.ToString(), $"has {key.Words} as the name of a field");
            }
        }
        return Tagged(start.Tag, "map", path, Node.Map(fields.ToList()));
    }

    private Node ReadScalar(BodyPath path)
    {
        var scalar = _parser.Consume<Scalar>();
        if (TextRules.Check(scalar.Value) is { } message)
        {
            return Refuse(path, message);
        }
        var isPlain = scalar.Style == ScalarStyle.Plain;
        if (scalar.Tag.IsEmpty)
        {
            return isPlain ? YamlScalars.Resolve(scalar.Value) : Node.Text(scalar.Value);
        }
        var resolved = YamlScalars.Resolve(scalar.Value);
        return scalar.Tag.IsNonSpecific ? Node.Text(scalar.Value) : scalar.Tag.Value switch
        {
            TagPrefix + "str" => Node.Text(scalar.Value),
            TagPrefix + "null" when resolved.Kind == NodeKind.Null => resolved,
            TagPrefix + "bool" when resolved.Kind == NodeKind.Boolean => resolved,
            TagPrefix + "int" or TagPrefix + "float" when resolved.Kind == NodeKind.Number => resolved,
            _ => Refuse(path, $"has the tag {BodyPath.Printable(scalar.Tag.Value)}, which is not known here"),
        };
    }

    private Node Tagged(TagName tag, string expected, BodyPath path, Node node) =>
        tag.IsEmpty || tag.IsNonSpecific || tag.Value == TagPrefix + expected ? node
            : Refuse(path, $"has the tag {BodyPath.Printable(tag.Value)}, which is not known here");

    private Node Refuse(BodyPath path, string message)
    {
        _faults.Add(path.ToString(), message);
        return Node.Unreadable;
    }

    private void Count(int nodes)
    {
        _nodes += nodes;
        if (_nodes > TreeLimits.MaxNodes)
        {
            throw new UnreadableBodyException(TreeLimits.TooMany);
        }
    }

    /// <summary>The fields of one map: its own win over merged ones, an earlier merge over a later.</summary>
    private sealed class MapFields(BodyPath path, FaultCollector faults)
    {
        private readonly List<KeyValuePair<string, Node>> _own = [];
        private readonly List<KeyValuePair<string, Node>> _merged = [];
        private readonly HashSet<string> _ownNames = new(StringComparer.Ordinal);

        public void Add(string name, Node value)
        {
            if (_ownNames.Add(name))
            {
                _own.Add(new(name, value));
            }
            else
            {
                faults.Add(path.Field(name).ToString(), "is given twice");
            }
        }

        /// <returns>How many fields were taken.</returns>
        public int Merge(Node value)
        {
            var before = _merged.Count;
            foreach (var source in value.Kind == NodeKind.List ? value.Items : [value])
            {
                if (source.Kind == NodeKind.Map)
                {
                    _merged.AddRange(source.Entries);
                }
                else if (source.Kind != NodeKind.Unreadable)
                {
                    faults.Add(path.Field("<<").ToString(), $"must merge an object, not {source.Words}");
                }
            }
            return _merged.Count - before;
        }

        public List<KeyValuePair<string, Node>> ToList() =>
            [.. _own, .. _merged.Where(e => !_ownNames.Contains(e.Key)).DistinctBy(e => e.Key, StringComparer.Ordinal)];
    }
}
