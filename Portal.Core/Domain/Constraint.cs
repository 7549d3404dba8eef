using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>What a constraint asks of an operand.</summary>
public enum ConstraintOperator
{
    /// <summary><c>==</c></summary>
    Is,
    /// <summary><c>!=</c>; also holds where the label is absent.</summary>
    IsNot,
    /// <summary><c>in [a, b]</c></summary>
    In,
}

/// <summary>Which fact of a host a constraint looks at.</summary>
public enum HostFact
{
    /// <summary><c>host.labels.X</c></summary>
    Label,
    /// <summary><c>host.name</c></summary>
    Name,
    /// <summary><c>host.arch</c> or <c>host.architecture</c></summary>
    Architecture,
    /// <summary><c>host.os</c></summary>
    Os,
}

/// <summary>Whether a constraint holds on a host, with why in words.</summary>
/// <param name="Holds">Whether it does.</param>
/// <param name="Sentence">As <c>has zone=b, wanted a</c>; where it holds <c>has zone=a</c>.</param>
public readonly record struct ConstraintVerdict(bool Holds, string Sentence);

/// <summary>
/// One placement rule: <c>host.labels.zone == a</c>, <c>host.name != "b"</c> or <c>host.arch in [amd64, arm64]</c>
/// (round brackets do as well). Values are bare words or stand in single or double quotes.
/// </summary>
public sealed class Constraint
{
    internal Constraint(HostFact fact, string label, ConstraintOperator @operator, ImmutableArray<string> values) =>
        (Fact, Label, Operator, Values) = (fact, label, @operator, values);

    /// <summary>Longest text of a constraint.</summary>
    public const int MaxLength = 500;

    /// <summary>What it looks at.</summary>
    public HostFact Fact { get; }
    /// <summary>The label's key; empty unless <see cref="Fact"/> is a label.</summary>
    public string Label { get; }
    /// <summary>What it asks.</summary>
    public ConstraintOperator Operator { get; }
    /// <summary>The value asked for; with <see cref="ConstraintOperator.In"/> one or more.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>Reads a constraint.</summary>
    /// <param name="text">As written.</param>
    /// <param name="constraint">The constraint; null where it cannot be read.</param>
    /// <param name="message">What is wrong, in words for a person; null where it could be read.</param>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Constraint? constraint,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? message) =>
        new ConstraintParser(text).TryRead(out constraint, out message);

    /// <summary>Whether it holds on a host.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="architecture">As <c>amd64</c>.</param>
    /// <param name="os">As <c>linux</c>.</param>
    /// <param name="labels">The host's labels.</param>
    public ConstraintVerdict Evaluate(string name, string architecture, string os, IReadOnlyDictionary<string, string> labels)
    {
        var found = Found(name, architecture, os, labels);
        var holds = Holds(found);
        var has = found is null ? $"has no label {Label}" : $"has {Subject}={(found.Length == 0 ? "\"\"" : found)}";
        return new ConstraintVerdict(holds, holds ? has : $"{has}, wanted {Wanted}");
    }

    /// <summary>The same without words, for many hosts: allocates nothing.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="architecture">As <c>amd64</c>.</param>
    /// <param name="os">As <c>linux</c>.</param>
    /// <param name="labels">The host's labels.</param>
    public bool Holds(string name, string architecture, string os, IReadOnlyDictionary<string, string> labels) =>
        Holds(Found(name, architecture, os, labels));

    /// <summary>The shortest text that means the same.</summary>
    public override string ToString() => Operator switch
    {
        ConstraintOperator.Is => $"{Path} == {Quoted(Values[0])}",
        ConstraintOperator.IsNot => $"{Path} != {Quoted(Values[0])}",
        _ => $"{Path} in [{string.Join(", ", Values.Select(Quoted))}]",
    };

    /// <summary>What it looks at, in one word for a sentence.</summary>
    internal string Subject => Fact switch
    {
        HostFact.Label => Label,
        HostFact.Name => "name",
        HostFact.Architecture => "arch",
        _ => "os",
    };

    private string Path => Fact == HostFact.Label ? $"host.labels.{Label}" : $"host.{Subject}";

    /// <summary>What follows "wanted" in a sentence.</summary>
    internal string Wanted => Operator == ConstraintOperator.IsNot
        ? $"any but {Quoted(Values[0])}"
        : string.Join(" or ", Values.Select(Quoted));

    private bool Holds(string? found)
    {
        foreach (var value in Values)
        {
            if (value == found) return Operator != ConstraintOperator.IsNot;
        }
        return Operator == ConstraintOperator.IsNot;
    }

    private string? Found(string name, string architecture, string os, IReadOnlyDictionary<string, string> labels) => Fact switch
    {
        HostFact.Name => name,
        HostFact.Architecture => NormalArchitecture(architecture),
        HostFact.Os => os.ToLowerInvariant(),
        _ => labels.TryGetValue(Label, out var value) ? value : null,
    };

    /// <summary>Engines and users say x86_64 and aarch64 where images say amd64 and arm64.</summary>
    internal static string NormalArchitecture(string architecture) => architecture.ToLowerInvariant() switch
    {
        "x86_64" or "x64" => "amd64",
        "aarch64" => "arm64",
        var other => other,
    };

    private static string Quoted(string value) =>
        value.Length > 0 && value.All(ConstraintParser.IsBare) ? value : value.Contains('"') ? $"'{value}'" : $"\"{value}\"";
}
