using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Portal.Api.OpenApi;

/// <summary>The parts that schemas written by hand are made of.</summary>
internal static class SchemaParts
{
    public static OpenApiSchema Text(string? description, string? fallback = null) =>
        new() { Type = JsonSchemaType.String, Description = description, Default = fallback is null ? null : JsonValue.Create(fallback) };

    public static OpenApiSchema NullableText(string description) => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = description };

    public static OpenApiSchema Whole(string description, int minimum, int? maximum, JsonNode? fallback, bool nullable = false) => new()
    {
        Type = JsonSchemaType.Integer | (nullable ? JsonSchemaType.Null : 0), Format = "int32", Description = description,
        Minimum = minimum.ToString(), Maximum = maximum?.ToString(), Default = fallback,
    };

    public static OpenApiSchema Flag(string description) => new() { Type = JsonSchemaType.Boolean, Description = description, Default = JsonValue.Create(false) };

    public static OpenApiSchema Choice(string description, string fallback, params ReadOnlySpan<string> words) => new()
    {
        Type = JsonSchemaType.String, Description = description, Default = JsonValue.Create(fallback),
        Enum = [.. words.ToArray().Select(w => (JsonNode)JsonValue.Create(w)!)],
    };

    public static OpenApiSchema Words<TEnum>(string description, TEnum fallback) where TEnum : struct, Enum =>
        Choice(description, Http.Words.ChoiceOf(fallback), [.. Http.Words.ChoicesOf<TEnum>()]);

    public static OpenApiSchema Duration(string description, string fallback) =>
        new() { Type = JsonSchemaType.String, Pattern = AppSpecSchema.DurationPattern, Description = description, Default = JsonValue.Create(fallback) };

    public static OpenApiSchema NullableDuration(string description) =>
        new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Pattern = AppSpecSchema.DurationPattern, Description = description };

    public static OpenApiSchema Memory(string description) => new()
    {
        Type = JsonSchemaType.String | JsonSchemaType.Integer | JsonSchemaType.Null, Pattern = AppSpecSchema.MemoryPattern, Minimum = "0", Description = description,
    };

    public static OpenApiSchema CountOrPercent(string description, int fallback) => new()
    {
        Type = JsonSchemaType.Integer | JsonSchemaType.String, Minimum = "0", Pattern = "^[0-9]+%$",
        Description = $"{description} A number, or a percentage of the replicas such as `\"25%\"`.", Default = JsonValue.Create(fallback),
    };

    public static OpenApiSchema NullableCountOrPercent(string description) => new()
    {
        Type = JsonSchemaType.Integer | JsonSchemaType.String | JsonSchemaType.Null, Minimum = "0", Pattern = "^[0-9]+%$",
        Description = $"{description} A number, or a percentage of the replicas such as `\"25%\"`.",
    };

    public static OpenApiSchema List(string description, OpenApiSchema item, bool nullable = false) => new()
    {
        Type = JsonSchemaType.Array | (nullable ? JsonSchemaType.Null : 0), Items = item, Description = description, Default = nullable ? null : new JsonArray(),
    };

    public static OpenApiSchema Map(string description) => new()
    {
        Type = JsonSchemaType.Object, Description = description, Default = new JsonObject(),
        AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    public static OpenApiSchema Object(string description, Dictionary<string, IOpenApiSchema> fields, params ReadOnlySpan<string> required) => new()
    {
        Type = JsonSchemaType.Object, Description = description, Properties = fields, AdditionalPropertiesAllowed = false,
        Required = required.Length == 0 ? null : new HashSet<string>(required.ToArray()),
    };
}
