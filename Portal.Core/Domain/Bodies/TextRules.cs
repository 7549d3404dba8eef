using System.Text;

namespace Portal.Core.Domain.Bodies;

/// <summary>Which texts a body may hold at all: those that the store and the engine can keep.</summary>
internal static class TextRules
{
    /// <summary>What is wrong with a text wherever it stands; null where nothing is.</summary>
    public static string? Check(string text)
    {
        if (text.Contains('\0'))
        {
            return "must not contain the NUL character";
        }
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var at)
        {
            rest = rest[at..];
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return "must be valid Unicode";
            }
            rest = rest[consumed..];
        }
        return null;
    }

    /// <summary>Tells every such fault of a tree.</summary>
    public static void CheckAll(Node node, BodyPath path, FaultCollector faults)
    {
        if (node.Kind == NodeKind.Text && Check(node.Literal) is { } message)
        {
            faults.Add(path.ToString(), message);
        }
        foreach (var (index, item) in node.Items.Index())
        {
            CheckAll(item, path.Item(index), faults);
        }
        foreach (var (name, value) in node.Entries)
        {
            if (Check(name) is { } wrong)
            {
                faults.Add(path.ToString(), $"has a field whose name {wrong}");
            }
            CheckAll(value, path.Field(name), faults);
        }
    }
}
