using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Core.Domain;
using static Portal.Api.OpenApi.SchemaParts;

namespace Portal.Api.OpenApi;

/// <summary>The scaling policy as JSON Schema.</summary>
internal static class ScalingSchema
{
    public static OpenApiSchema Of()
    {
        var schema = new OpenApiSchema();
        Fill(schema);
        schema.Type |= JsonSchemaType.Null;
        return schema;
    }

    public static void Fill(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "For `kind: service` only: how the number of replicas follows the load. Without it users set the number, and answers leave it out. It makes no revision.";
        schema.Required = new HashSet<string> { "max" };
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["enabled"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Switched off it is only kept.", Default = JsonValue.Create(true) },
            ["min"] = Whole("The fewest.", 1, 10_000, JsonValue.Create(1)),
            ["max"] = Whole("The most.", 1, 10_000, null),
            ["metrics"] = List("What the number follows: the metric that asks for most decides. May be empty where there are schedules.", Metric()),
            ["schedules"] = List("Times at which other bounds hold. Of several in force the largest `min` and the smallest `max` count.", Schedule()),
            ["scaleOut"] = Pace("How fast it may grow.", "0s"),
            ["scaleIn"] = Pace("How fast it may shrink.", "5m"),
            ["tolerance"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]{1,2}%$", Description = "Deviations from a target up to this change nothing.", Default = JsonValue.Create("10%") },
        };
    }

    private static OpenApiSchema Metric() => Object("One of them.", new()
    {
        ["metric"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is measured; `prometheus` is read from the app itself.", Enum = [.. Http.Words.ChoicesOf<ScalingMetricKind>().Select(w => (JsonNode)JsonValue.Create(w)!)] },
        ["target"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Number | JsonSchemaType.String,
            Description = "What each instance should have on average: `\"60%\"` of what is reserved for it (or of its limit, where nothing is reserved); cores such as `0.5`; memory such as `\"200M\"`; or a number.",
        },
        ["port"] = Text("`prometheus`: the app's port that serves it."),
        ["path"] = Text("`prometheus`: where on that port.", "/metrics"),
        ["name"] = Text("`prometheus`: the metric's name."),
        ["labels"] = Map("`prometheus`: labels that its series must have; several that match are summed."),
        ["rate"] = Flag("`prometheus`: a counter, of which the growth a second is meant."),
    }, "metric", "target");

    private static OpenApiSchema Schedule() => Object("One of them; at least one of `min` and `max`.", new()
    {
        ["days"] = Text("Days of the week on which it begins, such as `mon-fri` or `sat,sun`.", "*"),
        ["from"] = Text("When it begins, such as `08:00`."),
        ["to"] = Text("When it ends, up to `24:00`; on the next day where that is before `from`."),
        ["timeZone"] = Text("The IANA name of its time zone.", "UTC"),
        ["min"] = Whole("At least so many.", 1, 10_000, null, nullable: true),
        ["max"] = Whole("At most so many.", 1, 10_000, null, nullable: true),
    }, "from", "to");

    private static OpenApiSchema Pace(string description, string stabilization) => Object(description, new()
    {
        ["stabilization"] = Duration("Only what was right for as long as this is done.", stabilization),
        ["step"] = new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.String, Minimum = "0", Pattern = "^[0-9]+%$", Description = "At most so many, or such a share, within a period; 0: none by itself.", Default = JsonValue.Create("100%") },
        ["period"] = Duration("That period.", "15s"),
    });
}
