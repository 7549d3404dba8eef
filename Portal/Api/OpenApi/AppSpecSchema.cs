using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Core.Domain;
using static Portal.Api.OpenApi.SchemaParts;

namespace Portal.Api.OpenApi;

/// <summary>The AppSpec as JSON Schema, with the default of every field. A test holds it against what the codec reads and writes.</summary>
internal static class AppSpecSchema
{
    public const string Name = "AppSpec";
    public const string LabelPattern = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
    public const string DurationPattern = "^[0-9]{1,15}(ms|s|m|h)$";
    public const string MemoryPattern = "^[0-9]{1,18}[KMGTkmgt]?$";

    public static void Fill(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "What is wanted of an app. Only `image` is required. Reserved, and refused with 422 until they work: "
            + "`routes`, `files`, `stack`, and an env value that is an object.";
        schema.Required = new HashSet<string> { "image" };
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = Fields();
    }

    private static Dictionary<string, IOpenApiSchema> Fields() => new()
    {
        ["image"] = Text("The image reference."),
        ["pull"] = Words<PullPolicy>("When a host pulls the image.", PullPolicy.IfNotPresent),
        ["kind"] = Words<AppKind>("`global` is one on each fitting host; `job` runs to its end.", AppKind.Service),
        ["job"] = JobSchema.Of(),
        ["replicas"] = Whole("How many instances; a put that omits it keeps the present number. `kind: global` refuses it. With `scaling` it is brought between `min` and `max`, and holds until the next decision: better left out.", 0, null, JsonValue.Create(1), nullable: true),
        ["entrypoint"] = List("Replaces the image's entrypoint.", Text(null), nullable: true),
        ["command"] = List("Replaces the image's command.", Text(null), nullable: true),
        ["workingDir"] = NullableText("Replaces the image's working directory."),
        ["user"] = NullableText("Replaces the image's user."),
        ["env"] = Map("Environment variables. Values are shown to Deployers and above only."),
        ["network"] = Text("`bridge`: the team's network on the host. `host`: for administrators. Other names are refused for now.", "bridge"),
        ["ports"] = List("Published ports.", Port()),
        ["volumes"] = List("Named volumes; each slot has its own, and stays on the host where it lies.", Volume()),
        ["sidecars"] = List("Containers that run beside the main one, in its network: they reach it, and it them, at `localhost`. They start after it and stop after it.", PartSchema.Sidecar()),
        ["initContainers"] = List("Containers that run to their end, one by one, before the main one. Left out of answers where there are none.", PartSchema.Init()),
        ["resources"] = Resources("What is set aside for the main container, and what it may not exceed. An instance sets aside the sum with its sidecars, or the largest init container where that is more."),
        ["health"] = HealthSchema.Of("The health policy."),
        ["restart"] = Object("What happens when a container ends by itself.", new()
        {
            ["policy"] = Words<RestartPolicy>("Carried out by the engine.", RestartPolicy.Always),
            ["maxPerHost"] = Whole("Crashes on one host within the window after which the instance moves elsewhere.", 1, null, JsonValue.Create(5)),
            ["window"] = Duration("The window in which crashes count.", "10m"),
        }),
        ["placement"] = Object("Where instances may and should go.", new()
        {
            ["strategy"] = Words<PlacementStrategy>("What is preferred.", PlacementStrategy.Spread),
            ["constraints"] = List("Expressions such as `host.labels.zone == a`; all must hold.", Text(null)),
            ["spreadBy"] = List("Label paths such as `host.labels.zone`, over whose values instances are spread.", Text(null)),
            ["maxPerHost"] = Whole("At most so many on one host.", 1, null, null, nullable: true),
        }),
        ["update"] = Update(),
        ["disruption"] = Object("What may be done to it by choice: draining and rebooting hosts, and moving instances.", new()
        {
            ["maxUnavailable"] = NullableCountOrPercent("How many may be down by choice at once, all causes together; by default what `update` allows."),
        }),
        ["scaling"] = ScalingSchema.Of(),
        ["stop"] = Object("How a container is stopped.", new()
        {
            ["signal"] = Text("The signal.", "SIGTERM"), ["gracePeriod"] = Duration("Between the signal and SIGKILL.", "10s"),
            ["delay"] = Duration("How long what served runs on after it was taken out of the catalog, before the signal.", "1s"),
        }),
        ["labels"] = Map("Labels of the container, next to Portal's own."),
    };

    private static OpenApiSchema Port() => Object("A published port.", new()
    {
        ["name"] = Text("A DNS label, unique in the app."),
        ["containerPort"] = Whole("In the container.", 1, 65535, null),
        ["hostPort"] = Whole("On the host; null lets the engine choose. A fixed one means `stopFirst`.", 1, 65535, null, nullable: true),
        ["protocol"] = Choice("The protocol.", "tcp", "tcp", "udp"),
        ["public"] = Flag("Bound to every interface instead of the host's address."),
    }, "name", "containerPort");

    private static OpenApiSchema Volume() => Object("A named volume. A writable one means `stopFirst`.", new()
    {
        ["name"] = Text("A DNS label, unique in the app."),
        ["path"] = Text("Absolute path in the container."),
        ["readOnly"] = Flag("Mounted read-only."),
        ["onHostLoss"] = Words<OnHostLoss>("What happens to the slot when the volume's host is lost.", OnHostLoss.Wait),
    }, "name", "path");

    public static OpenApiSchema Resources(string description) => Object(description, new()
    {
        ["reservations"] = Amount("Set aside on the host."),
        ["limits"] = Amount("Enforced by the engine."),
    });

    private static OpenApiSchema Amount(string description) => Object(description, new()
    {
        ["cpus"] = new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null, Minimum = "0", Description = "Cores; fractions allowed." },
        ["memory"] = Memory("As `64M`."),
    });

    private static OpenApiSchema Update() => Object("How a change replaces instances.", new()
    {
        ["order"] = Words<UpdateOrder>("Which comes first.", UpdateOrder.StartFirst),
        ["maxSurge"] = CountOrPercent("How many above the wanted number may exist meanwhile.", 1),
        ["maxUnavailable"] = CountOrPercent("How many of the wanted number may be missing meanwhile.", 0),
        ["minReady"] = NullableDuration("How long an instance must be ready to count; by default 5s where nothing checks it, 0s where something does."),
        ["progressDeadline"] = Duration("Without progress for this long, the change has failed.", "5m"),
        ["onFailure"] = Words<OnUpdateFailure>("What happens then.", OnUpdateFailure.Rollback),
        ["canary"] = List("Shares of the instances at which the rollout waits, growing.", Object("One of them.", new()
        {
            ["percent"] = Whole("Of the instances, rounded up.", 1, 100, null),
            ["pause"] = Text("How long it waits there, such as `5m`; `manual`: until someone promotes it.", null),
        })),
    });
}
