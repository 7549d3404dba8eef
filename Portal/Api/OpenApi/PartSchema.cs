using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Core.Domain;
using static Portal.Api.OpenApi.SchemaParts;

namespace Portal.Api.OpenApi;

/// <summary>Sidecars and init containers as JSON Schema.</summary>
internal static class PartSchema
{
    public static OpenApiSchema Init() => Object("An init container. It has the team's network and the instance's volumes. One that fails runs again, by the app's restart policy.", Fields(), "name", "image");

    public static OpenApiSchema Sidecar()
    {
        var fields = Fields();
        fields["health"] = Object("How the engine checks it. An instance is healthy when all its containers are.", new()
        {
            ["kind"] = Choice("A sidecar has no ports of its own: what answers on the app's ports is asked by the app's health policy.", "none", "none", "command"),
            ["command"] = List("For `command`: program and arguments.", Text(null), nullable: true),
            ["interval"] = Duration("Between two checks.", "10s"),
            ["timeout"] = Duration("Of one check.", "2s"),
            ["retries"] = Whole("Failures in a row that make it unhealthy.", 1, 1000, JsonValue.Create(3)),
            ["startPeriod"] = Duration("After the start, failures do not count for this long.", "0s"),
            ["onUnhealthy"] = Words<OnUnhealthy>("What Portal does about it: `restart` the sidecar, `replace` the instance.", OnUnhealthy.Restart),
        });
        return Object("A sidecar. Its restart policy and grace period are the app's.", fields, "name", "image");
    }

    private static Dictionary<string, IOpenApiSchema> Fields() => new()
    {
        ["name"] = Text("A DNS label, unique among sidecars and init containers; not `main` or `all`."),
        ["image"] = Text("The image reference; pulled with the team's credentials before any container of the instance begins."),
        ["entrypoint"] = List("Replaces the image's entrypoint.", Text(null), nullable: true),
        ["command"] = List("Replaces the image's command.", Text(null), nullable: true),
        ["workingDir"] = NullableText("Replaces the image's working directory."),
        ["user"] = NullableText("Replaces the image's user."),
        ["env"] = Map("Environment variables. Values are shown to Deployers and above only."),
        ["volumes"] = List("Which of the app's volumes it sees.", Object("One of them.", new()
        {
            ["name"] = Text("Names a volume of the app."),
            ["path"] = Text("Absolute path in this container."),
            ["readOnly"] = Flag("Mounted read-only. A volume that any container may write means `stopFirst`."),
        }, "name", "path")),
        ["resources"] = AppSpecSchema.Resources("What is set aside, and what may not be exceeded."),
    };
}
