using System.Collections.Immutable;
using System.Text.Json;

namespace Portal.Core.State.Services;

/// <summary>Small JSON texts in rows.</summary>
internal static class JsonText
{
    public static ImmutableSortedDictionary<string, string> ReadLabels(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static string WriteLabels(ImmutableSortedDictionary<string, string> labels) => JsonSerializer.Serialize(new Dictionary<string, string>(labels));
}
