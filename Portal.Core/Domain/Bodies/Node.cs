namespace Portal.Core.Domain.Bodies;

/// <summary>What a value of a body is.</summary>
public enum NodeKind
{
    /// <summary>Nothing.</summary>
    Null,
    /// <summary>Text.</summary>
    Text,
    /// <summary>A number, kept as written.</summary>
    Number,
    /// <summary>True or false.</summary>
    Boolean,
    /// <summary>Values in order.</summary>
    List,
    /// <summary>Values by name, in the order written.</summary>
    Map,
    /// <summary>Could not be taken; a fault tells why.</summary>
    Unreadable,
}

/// <summary>One value of a JSON or YAML body. Immutable, and so may be shared where YAML repeats it.</summary>
public sealed class Node
{
    private Node(NodeKind kind, string literal = "", bool isPlain = false, IReadOnlyList<Node>? items = null, IReadOnlyList<KeyValuePair<string, Node>>? entries = null)
    {
        Kind = kind;
        Literal = literal;
        IsPlain = isPlain;
        Items = items ?? [];
        Entries = entries ?? [];
        Size = 1 + (items?.Sum(i => i.Size) ?? 0) + (entries?.Sum(e => e.Value.Size) ?? 0);
    }

    /// <summary>Nothing.</summary>
    public static Node Null { get; } = new(NodeKind.Null);
    /// <summary>A value that a fault was told about.</summary>
    internal static Node Unreadable { get; } = new(NodeKind.Unreadable);

    /// <summary>What it is.</summary>
    public NodeKind Kind { get; }
    /// <summary>The text, or the number or truth value as written.</summary>
    public string Literal { get; }
    /// <summary>Whether it is an unquoted scalar of YAML, which stands for text where text is wanted.</summary>
    public bool IsPlain { get; }
    /// <summary>Of a list: the values.</summary>
    public IReadOnlyList<Node> Items { get; }
    /// <summary>Of a map: names and values; each name once.</summary>
    public IReadOnlyList<KeyValuePair<string, Node>> Entries { get; }
    /// <summary>How many values there are with all below it, a repeated one counted each time.</summary>
    internal long Size { get; }

    /// <summary>Text.</summary>
    public static Node Text(string text) => new(NodeKind.Text, text);
    /// <summary>A number as written in JSON.</summary>
    public static Node Number(string literal, bool isPlain = false) => new(NodeKind.Number, literal, isPlain);
    /// <summary>A whole number.</summary>
    public static Node Number(long value) => new(NodeKind.Number, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    /// <summary>A finite number.</summary>
    public static Node Number(double value) => new(NodeKind.Number, value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
    /// <summary>A truth value.</summary>
    public static Node Boolean(bool value) => new(NodeKind.Boolean, value ? "true" : "false");
    /// <summary>A truth value as YAML wrote it.</summary>
    internal static Node PlainBoolean(string literal) => new(NodeKind.Boolean, literal, isPlain: true);
    /// <summary>A list.</summary>
    public static Node List(IReadOnlyList<Node> items) => new(NodeKind.List, items: items);
    /// <summary>A map; names must differ.</summary>
    public static Node Map(IReadOnlyList<KeyValuePair<string, Node>> entries) => new(NodeKind.Map, entries: entries);
    /// <summary>A map; names must differ.</summary>
    public static Node Map(params ReadOnlySpan<(string Name, Node Value)> entries)
    {
        var list = new List<KeyValuePair<string, Node>>(entries.Length);
        foreach (var (name, value) in entries)
        {
            list.Add(new(name, value));
        }
        return Map(list);
    }

    /// <summary>The text it stands for; null where it stands for none.</summary>
    internal string? AsText => Kind == NodeKind.Text || IsPlain ? Literal : null;

    /// <summary>What it is, in words for a person.</summary>
    internal string Words => Kind switch
    {
        NodeKind.Null => "null",
        NodeKind.Text => "text",
        NodeKind.Number => "a number",
        NodeKind.Boolean => "true or false",
        NodeKind.List => "a list",
        _ => "an object",
    };
}
