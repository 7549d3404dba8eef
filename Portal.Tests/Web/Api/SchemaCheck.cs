using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portal.Tests.Web.Api;

/// <summary>Holds JSON against the schemas of an OpenAPI document: as much of JSON Schema as the document uses; any other word is an error.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly HashSet<string> Silent = ["description", "default", "format", "example", "title"];

    /// <summary>What is wrong, as <c>$.a.b: why</c>; empty where all is well.</summary>
    public IReadOnlyList<string> Check(JsonElement schema, JsonElement value, string path = "$")
    {
        var faults = new List<string>();
        foreach (var word in schema.EnumerateObject().Where(w => !Silent.Contains(w.Name)))
        {
            faults.AddRange(Check(word.Name, word.Value, schema, value, path));
        }
        return faults;
    }

    public JsonElement Component(string reference) => document.GetProperty("components").GetProperty("schemas").GetProperty(reference[(reference.LastIndexOf('/') + 1)..]);

    private IEnumerable<string> Check(string word, JsonElement rule, JsonElement schema, JsonElement value, string path) => word switch
    {
        "$ref" => Check(Component(rule.GetString()!), value, path),
        "type" => TypesOf(rule).Any(t => IsOfType(value, t)) ? [] : [$"{path}: {value.ValueKind} is not {rule}"],
        "enum" => rule.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)) ? [] : [$"{path}: {value} is none of {rule}"],
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!) ? [] : [$"{path}: {value} does not match {rule}"],
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.GetDouble() ? [] : [$"{path}: {value} is less than {rule}"],
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.GetDouble() ? [] : [$"{path}: {value} is more than {rule}"],
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32() ? [] : [$"{path}: is too short"],
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.GetInt32() ? [] : [$"{path}: is too long"],
        "oneOf" or "anyOf" => rule.EnumerateArray().Any(s => Check(s, value, path).Count == 0) ? [] : [$"{path}: {value} fits none of {rule}"],
        "items" => value.ValueKind != JsonValueKind.Array ? [] : value.EnumerateArray().SelectMany((item, i) => Check(rule, item, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]")),
        "required" => value.ValueKind != JsonValueKind.Object ? [] : rule.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{path}: {n} is missing"),
        "properties" => value.ValueKind != JsonValueKind.Object ? [] : value.EnumerateObject().Where(p => rule.TryGetProperty(p.Name, out _)).SelectMany(p => Check(rule.GetProperty(p.Name), p.Value, $"{path}.{p.Name}")),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object ? [] : Extra(schema, value).SelectMany(p =>
            rule.ValueKind == JsonValueKind.False ? [$"{path}.{p.Name}: is not described"] : Check(rule, p.Value, $"{path}.{p.Name}")),
        _ => throw new InvalidOperationException($"{path}: the schema says {word}, which is not checked here"),
    };

    private static IEnumerable<JsonProperty> Extra(JsonElement schema, JsonElement value) =>
        value.EnumerateObject().Where(p => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(p.Name, out _));

    private static IEnumerable<string> TypesOf(JsonElement rule) => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(t => t.GetString()!) : [rule.GetString()!];

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => value.ValueKind == JsonValueKind.Number,
    };
}
