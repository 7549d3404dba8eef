using System.Collections.Immutable;

namespace Portal.Core.Scheduling;

/// <summary>One constraint of a spec, as <c>host.labels.zone == a</c>, ready to be asked of many hosts.</summary>
internal sealed record HostCondition(string Path, string Operator, ImmutableArray<string> Values)
{
    /// <summary>Parses; a text that says nothing sensible (specs are validated before) holds nowhere.</summary>
    public static HostCondition Parse(string text)
    {
        foreach (var op in (string[])["==", "!=", " in "])
        {
            var at = text.IndexOf(op, StringComparison.Ordinal);
            if (at <= 0) continue;
            var right = text[(at + op.Length)..].Trim();
            var values = op == " in " ? right.Trim('(', ')', '[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [right];
            return new HostCondition(text[..at].Trim(), op.Trim(), [.. values]);
        }
        return new HostCondition(text, "in", []);
    }

    public bool Holds(HostState host)
    {
        var value = HostAttribute.Of(host.Facts, Path);
        return Operator == "!=" ? value != Values[0] : value is not null && Values.Contains(value);
    }

    /// <summary>As <c>a</c>, <c>a or b</c>, <c>anything else</c>.</summary>
    public string Wanted => Operator == "!=" ? "anything else" : string.Join(" or ", Values);
}
