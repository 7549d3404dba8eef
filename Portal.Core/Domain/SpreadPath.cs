using System.Diagnostics.CodeAnalysis;

namespace Portal.Core.Domain;

/// <summary>A label over whose values instances are spread, written <c>host.labels.zone</c>.</summary>
/// <param name="Label">The label's key.</param>
public sealed record SpreadPath(string Label)
{
    private const string Prefix = "host.labels.";

    /// <summary>Reads a path.</summary>
    /// <param name="text">As written.</param>
    /// <param name="path">The path; null where it cannot be read.</param>
    /// <param name="message">What is wrong, in words for a person; null where it could be read.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpreadPath? path, [NotNullWhen(false)] out string? message)
    {
        var label = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : "";
        path = NameRules.IsLabelKey(label) ? new SpreadPath(label) : null;
        message = path is null ? "must be a host's label such as host.labels.zone" : null;
        return path is not null;
    }

    /// <summary>The host's value; null where it has no such label.</summary>
    public string? ValueOf(IReadOnlyDictionary<string, string> labels) => labels.TryGetValue(Label, out var value) ? value : null;

    /// <inheritdoc/>
    public override string ToString() => Prefix + Label;
}
