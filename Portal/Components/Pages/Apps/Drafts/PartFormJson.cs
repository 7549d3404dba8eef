using System.Text.Json.Nodes;
using static Portal.Components.Pages.Apps.Drafts.SpecFormJson;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>Between the form's sidecars and init containers and the API's JSON of them.</summary>
internal static class PartFormJson
{
    public static JsonArray? Write(List<PartLine> parts) => Items(parts, p => p.Name.Length + p.Image.Length + p.Command.Length > 0, Write);

    public static IEnumerable<PartLine> Read(JsonNode? json) => ItemsOf(json, Read);

    private static JsonObject Write(PartLine part)
    {
        var json = new JsonObject { ["name"] = part.Name.Trim(), ["image"] = part.Image.Trim() };
        Put(json, "entrypoint", Lines(part.Entrypoint));
        Put(json, "command", Lines(part.Command));
        Put(json, "workingDir", Text(part.WorkingDir));
        Put(json, "user", Text(part.User));
        Put(json, "env", Pairs(part.Env));
        Put(json, "volumes", Items(part.Mounts, m => m.Name.Length + m.Path.Length > 0, WriteMount));
        Put(json, "resources", Object(
            ("reservations", Object(("cpus", Number(part.ReserveCpus)), ("memory", Text(part.ReserveMemory)))),
            ("limits", Object(("cpus", Number(part.LimitCpus)), ("memory", Text(part.LimitMemory))))));
        Put(json, "health", part.HealthKind == "none" ? null : Object(
            ("kind", Text(part.HealthKind)), ("command", Lines(part.HealthCommand)), ("interval", Text(part.HealthInterval)), ("timeout", Text(part.HealthTimeout)),
            ("retries", Number(part.HealthRetries)), ("startPeriod", Text(part.HealthStartPeriod)), ("onUnhealthy", Unless(part.OnUnhealthy, "restart"))));
        return json;
    }

    private static JsonObject WriteMount(MountLine mount)
    {
        var json = new JsonObject { ["name"] = mount.Name.Trim(), ["path"] = mount.Path.Trim() };
        Put(json, "readOnly", mount.ReadOnly ? JsonValue.Create(true) : null);
        return json;
    }

    private static PartLine Read(JsonObject json)
    {
        var (resources, health) = (json["resources"] as JsonObject, json["health"] as JsonObject);
        var part = new PartLine
        {
            Name = Of(json, "name"),
            Image = Of(json, "image"),
            Entrypoint = LinesOf(json, "entrypoint"),
            Command = LinesOf(json, "command"),
            WorkingDir = Of(json, "workingDir"),
            User = Of(json, "user"),
            ReserveCpus = Amount(resources?["reservations"], "cpus"),
            ReserveMemory = Amount(resources?["reservations"], "memory"),
            LimitCpus = Of(resources?["limits"], "cpus"),
            LimitMemory = Of(resources?["limits"], "memory"),
            HealthKind = Of(health, "kind", "none"),
            HealthCommand = LinesOf(health, "command"),
            HealthInterval = Of(health, "interval"),
            HealthTimeout = Of(health, "timeout"),
            HealthRetries = Of(health, "retries"),
            HealthStartPeriod = Of(health, "startPeriod"),
            OnUnhealthy = Of(health, "onUnhealthy", "restart"),
        };
        part.Env.AddRange(PairsOf(json["env"]));
        part.Mounts.AddRange(ItemsOf(json["volumes"], m => new MountLine { Name = Of(m, "name"), Path = Of(m, "path"), ReadOnly = Of(m, "readOnly") == "true" }));
        return part;
    }
}
