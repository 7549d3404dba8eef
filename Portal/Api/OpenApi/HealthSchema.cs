using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Core.Domain;
using static Portal.Api.OpenApi.SchemaParts;

namespace Portal.Api.OpenApi;

/// <summary>The health policy as JSON Schema.</summary>
internal static class HealthSchema
{
    public static OpenApiSchema Of(string description) => Object(description, Fields());

    public static void Fill(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "A health policy, as in an AppSpec; empty for the app's own. One that says anything names its `kind`.";
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = Fields();
    }

    private static Dictionary<string, IOpenApiSchema> Fields() => new()
    {
        ["kind"] = Words<HealthKind>("`http` and `tcp` are asked by the agents at the published port; `command` is the engine's own check. If no probe of a host connects, "
            + "health is `unknown` and nothing is restarted for it.", HealthKind.None),
        ["port"] = NullableText("For `http` and `tcp`: the name of a published tcp port; null for `http`."),
        ["path"] = Text("For `http`.", "/"),
        ["headers"] = Map("For `http`: headers that are sent, such as `Host`. Values are shown to Deployers and above only."),
        ["match"] = Object("For `http`: what an answer must be to pass.", new()
        {
            ["status"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String | JsonSchemaType.Integer | JsonSchemaType.Array, Minimum = "100", Maximum = "599", Pattern = "^[0-9, -]+$",
                Items = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer },
                Description = "Statuses that pass: `200`, `\"200-399\"`, `\"200-299,401\"`, or a list of such. Redirections are not followed.", Default = JsonValue.Create("200-399"),
            },
            ["body"] = NullableText("Text that must occur in the first 64 KiB of the body; null for any body."),
        }),
        ["command"] = List("For `command`: program and arguments.", Text(null), nullable: true),
        ["interval"] = Duration("Between two checks. An instance that is waited for is asked up to once a second.", "10s"),
        ["timeout"] = Duration("Of one check, from the connection to the end of the answer.", "2s"),
        ["retries"] = Whole("Failures in a row that make it unhealthy. It is not ready from the first on.", 1, 1000, JsonValue.Create(3)),
        ["successThreshold"] = Whole("For `http` and `tcp`: successes in a row that make it ready, at first and again.", 1, 1000, JsonValue.Create(1)),
        ["startPeriod"] = Duration("After the start, failures do not count for this long.", "0s"),
        ["onUnhealthy"] = Words<OnUnhealthy>("What Portal does about it.", OnUnhealthy.Restart),
    };
}
