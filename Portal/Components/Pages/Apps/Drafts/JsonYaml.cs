using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>Writes JSON as YAML, member by member in the same order.</summary>
internal static class JsonYaml
{
    private static readonly ISerializer Serializer = new SerializerBuilder().WithQuotingNecessaryStrings(true).WithIndentedSequences().Build();

    public static string Write(JsonObject json) => Serializer.Serialize(Plain(json)!);

    private static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject members => members.ToDictionary(m => m.Key, m => Plain(m.Value)),
        JsonArray items => items.Select(Plain).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.TryGetValue<long>(out var whole) ? whole : value.GetValue<double>(),
            _ => value.GetValue<string>(),
        },
        _ => null,
    };
}
