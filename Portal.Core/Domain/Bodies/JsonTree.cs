using System.Text.Json;

namespace Portal.Core.Domain.Bodies;

/// <summary>Reads JSON into a tree. Names given twice and text that cannot be kept are faults; nothing throws.</summary>
internal ref struct JsonTree
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = TreeLimits.MaxDepth };

    private readonly FaultCollector _faults;
    private Utf8JsonReader _reader;
    private int _nodes;

    private JsonTree(ReadOnlySpan<byte> json, FaultCollector faults)
    {
        _faults = faults;
        _reader = new Utf8JsonReader(json, Strict);
    }

    /// <summary>The tree; null where there is none to read on with.</summary>
    public static Node? Read(ReadOnlySpan<byte> json, FaultCollector faults)
    {
        if (json.Length > TreeLimits.MaxBytes)
        {
            faults.Add("", TreeLimits.TooLarge);
            return null;
        }
        if (json.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }
        var tree = new JsonTree(json, faults);
        try
        {
            tree._reader.Read();
            var root = tree.ReadValue(BodyPath.Root);
            while (tree._reader.Read())
            {
            }
            return root;
        }
        catch (JsonException e)
        {
            faults.Add("", Describe(e, json));
        }
        catch (UnreadableBodyException e)
        {
            faults.Add("", e.Message);
        }
        return null;
    }

    private Node ReadValue(BodyPath path)
    {
        if (++_nodes > TreeLimits.MaxNodes)
        {
            throw new UnreadableBodyException(TreeLimits.TooMany);
        }
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadMap(path),
            JsonTokenType.StartArray => ReadList(path),
            JsonTokenType.String => ReadText(path) is { } text ? Node.Text(text) : Node.Unreadable,
            JsonTokenType.Number => Node.Number(System.Text.Encoding.ASCII.GetString(_reader.ValueSpan)),
            JsonTokenType.True => Node.Boolean(true),
            JsonTokenType.False => Node.Boolean(false),
            _ => Node.Null,
        };
    }

    private Node ReadList(BodyPath path)
    {
        var items = new List<Node>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(path.Item(items.Count)));
        }
        return Node.List(items);
    }

    private Node ReadMap(BodyPath path)
    {
        var entries = new List<KeyValuePair<string, Node>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText(path);
            _reader.Read();
            var field = path.Field(name ?? "");
            var value = ReadValue(field);
            if (name is null)
            {
                continue;
            }
            if (names.Add(name))
            {
                entries.Add(new(name, value));
            }
            else
            {
                _faults.Add(field.ToString(), "is given twice");
            }
        }
        return Node.Map(entries);
    }

    private string? ReadText(BodyPath path)
    {
        string? text;
        string? message;
        try
        {
            text = _reader.GetString()!;
            message = TextRules.Check(text);
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no UTF-8, or half of a surrogate pair.
            (text, message) = (null, "must be valid Unicode");
        }
        if (message is null)
        {
            return text;
        }
        var isName = _reader.TokenType == JsonTokenType.PropertyName;
        _faults.Add(path.ToString(), isName ? $"has a field whose name {message}" : message);
        return null;
    }

    private static string Describe(JsonException e, ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return "is empty";
        }
        if (e.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            return TreeLimits.TooDeep;
        }
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = BodyPath.Printable((end < 0 ? e.Message : e.Message[..end]).TrimEnd('.'));
        return $"is not JSON: {reason} (line {e.LineNumber + 1}, position {e.BytePositionInLine + 1})";
    }
}
