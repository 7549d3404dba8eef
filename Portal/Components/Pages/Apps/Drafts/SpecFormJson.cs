using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>Between a form and the API's JSON of an AppSpec. What is no number where one is wanted goes through as text, for the codec to refuse it.</summary>
internal static class SpecFormJson
{
    private const string Manual = "manual";

    public static JsonObject Write(SpecForm form)
    {
        var json = new JsonObject { ["image"] = form.Image.Trim() };
        // What only some kinds have is not sent of others, whatever stands in the fields that are hidden.
        Put(json, "replicas", form.IsJob || form.IsScaled ? null : Number(form.Replicas));
        Put(json, "kind", Unless(form.Kind, "service"));
        Put(json, "job", form.IsJob ? JobFormJson.Write(form.Job) : null);
        Put(json, "pull", Unless(form.Pull, "ifNotPresent"));
        Put(json, "entrypoint", Lines(form.Entrypoint));
        Put(json, "command", Lines(form.Command));
        Put(json, "workingDir", Text(form.WorkingDir));
        Put(json, "user", Text(form.User));
        Put(json, "network", Unless(form.Network, "bridge"));
        Put(json, "env", Pairs(form.Env));
        Put(json, "ports", Items(form.Ports, p => p.Name.Length + p.ContainerPort.Length + p.HostPort.Length > 0, WritePort));
        Put(json, "volumes", Items(form.Volumes, v => v.Name.Length + v.Path.Length > 0, WriteVolume));
        Put(json, "initContainers", PartFormJson.Write(form.InitContainers));
        Put(json, "sidecars", PartFormJson.Write(form.Sidecars));
        Put(json, "resources", Object(
            ("reservations", Object(("cpus", Number(form.ReserveCpus)), ("memory", Text(form.ReserveMemory)))),
            ("limits", Object(("cpus", Number(form.LimitCpus)), ("memory", Text(form.LimitMemory))))));
        Put(json, "health", form.IsJob ? null : WriteHealth(form));
        Put(json, "restart", form.IsJob ? null : Object(("policy", Unless(form.RestartPolicy, "always")), ("maxPerHost", Number(form.RestartMaxPerHost)), ("window", Text(form.RestartWindow))));
        Put(json, "placement", Object(("strategy", Unless(form.Strategy, "spread")), ("constraints", Lines(form.Constraints)),
            ("spreadBy", Lines(form.SpreadBy)), ("maxPerHost", Number(form.MaxPerHost))));
        Put(json, "update", form.IsJob ? null : Object(("order", Unless(form.UpdateOrder, "startFirst")), ("maxSurge", Number(form.MaxSurge)), ("maxUnavailable", Number(form.MaxUnavailable)),
            ("minReady", Text(form.MinReady)), ("progressDeadline", Text(form.ProgressDeadline)), ("onFailure", Unless(form.OnUpdateFailure, "rollback")),
            ("canary", Items(form.Canary, c => c.Percent.Length + c.Pause.Length > 0, WriteCanary))));
        Put(json, "disruption", form.IsJob ? null : Object(("maxUnavailable", Number(form.Disruption))));
        Put(json, "scaling", form.Kind == "service" ? ScalingFormJson.Write(form.Scaling) : null);
        Put(json, "stop", Object(("signal", Text(form.StopSignal)), ("gracePeriod", Text(form.StopGracePeriod)), ("delay", Text(form.StopDelay))));
        Put(json, "labels", Pairs(form.Labels));
        return json;
    }

    public static SpecForm Read(JsonObject json)
    {
        var form = new SpecForm
        {
            Image = Of(json, "image"),
            Replicas = Of(json, "replicas"),
            Kind = Of(json, "kind", "service"),
            Job = JobFormJson.Read(json["job"]),
            Pull = Of(json, "pull", "ifNotPresent"),
            Entrypoint = LinesOf(json, "entrypoint"),
            Command = LinesOf(json, "command"),
            WorkingDir = Of(json, "workingDir"),
            User = Of(json, "user"),
            Network = Of(json, "network", "bridge"),
            ReserveCpus = Amount(json["resources"]?["reservations"], "cpus"),
            ReserveMemory = Amount(json["resources"]?["reservations"], "memory"),
            LimitCpus = Of(json["resources"]?["limits"], "cpus"),
            LimitMemory = Of(json["resources"]?["limits"], "memory"),
        };
        form.Scaling = ScalingFormJson.Read(json["scaling"]);
        ReadPolicies(form, json);
        form.Env.AddRange(PairsOf(json["env"]));
        form.Labels.AddRange(PairsOf(json["labels"]));
        form.Ports.AddRange(ItemsOf(json["ports"], p => new PortLine
        {
            Name = Of(p, "name"),
            ContainerPort = Of(p, "containerPort"),
            HostPort = Of(p, "hostPort"),
            Protocol = Of(p, "protocol", "tcp"),
            Public = Of(p, "public") == "true",
        }));
        form.InitContainers.AddRange(PartFormJson.Read(json["initContainers"]));
        form.Sidecars.AddRange(PartFormJson.Read(json["sidecars"]));
        form.Volumes.AddRange(ItemsOf(json["volumes"], v => new VolumeLine
        {
            Name = Of(v, "name"),
            Path = Of(v, "path"),
            ReadOnly = Of(v, "readOnly") == "true",
            StartEmpty = Of(v, "onHostLoss") == "startEmpty",
        }));
        return form;
    }

    private static void ReadPolicies(SpecForm form, JsonObject json)
    {
        var (health, restart, placement, update, stop) = (json["health"], json["restart"], json["placement"], json["update"], json["stop"]);
        form.HealthKind = Of(health, "kind", "none");
        form.HealthCommand = LinesOf(health, "command");
        form.HealthPort = Of(health, "port");
        form.HealthPath = Of(health, "path");
        form.HealthHeaders.AddRange(PairsOf((health as JsonObject)?["headers"]));
        ReadMatch(form, (health as JsonObject)?["match"]);
        form.HealthInterval = Of(health, "interval");
        form.HealthTimeout = Of(health, "timeout");
        form.HealthRetries = Of(health, "retries");
        form.HealthSuccessThreshold = Of(health, "successThreshold");
        form.HealthStartPeriod = Of(health, "startPeriod");
        form.OnUnhealthy = Of(health, "onUnhealthy", "restart");
        form.RestartPolicy = Of(restart, "policy", "always");
        form.RestartMaxPerHost = Of(restart, "maxPerHost");
        form.RestartWindow = Of(restart, "window");
        form.Strategy = Of(placement, "strategy", "spread");
        form.Constraints = LinesOf(placement, "constraints");
        form.SpreadBy = LinesOf(placement, "spreadBy");
        form.MaxPerHost = Of(placement, "maxPerHost");
        form.UpdateOrder = Of(update, "order", "startFirst");
        form.MaxSurge = Of(update, "maxSurge");
        form.MaxUnavailable = Of(update, "maxUnavailable");
        form.MinReady = Of(update, "minReady");
        form.Disruption = Of(json["disruption"], "maxUnavailable");
        form.ProgressDeadline = Of(update, "progressDeadline");
        form.OnUpdateFailure = Of(update, "onFailure", "rollback");
        form.Canary.AddRange(ItemsOf(update is JsonObject ? update["canary"] : null, c => new CanaryLine
        {
            Percent = Of(c, "percent"),
            Manual = Of(c, "pause") == Manual,
            Pause = Of(c, "pause") is var pause && pause != Manual ? pause : "",
        }));
        form.StopSignal = Of(stop, "signal");
        form.StopGracePeriod = Of(stop, "gracePeriod");
        form.StopDelay = Of(stop, "delay");
    }

    /// <summary>Statuses may be written as one number or a list; the form holds them as one text.</summary>
    private static void ReadMatch(SpecForm form, JsonNode? match)
    {
        form.HealthStatus = match is JsonObject members && members["status"] is JsonArray ? LinesOf(match, "status").Replace('\n', ',') : Of(match, "status");
        form.HealthBody = Of(match, "body");
    }

    /// <summary>A policy of kind none says nothing, whatever stands in the fields that it hides.</summary>
    private static JsonObject? WriteHealth(SpecForm form) => form.HealthKind == "none" ? null : Object(
        ("kind", Text(form.HealthKind)),
        ("command", form.HealthKind == "command" ? Lines(form.HealthCommand) : null),
        ("port", form.HealthKind is "http" or "tcp" ? Text(form.HealthPort) : null),
        ("path", form.HealthKind == "http" ? Text(form.HealthPath) : null),
        ("headers", form.HealthKind == "http" ? Pairs(form.HealthHeaders) : null),
        ("match", form.HealthKind == "http" ? Object(("status", Text(form.HealthStatus)), ("body", form.HealthBody.Length > 0 ? JsonValue.Create(form.HealthBody) : null)) : null),
        ("interval", Text(form.HealthInterval)), ("timeout", Text(form.HealthTimeout)), ("retries", Number(form.HealthRetries)),
        ("successThreshold", form.HealthKind is "http" or "tcp" ? Number(form.HealthSuccessThreshold) : null),
        ("startPeriod", Text(form.HealthStartPeriod)), ("onUnhealthy", Unless(form.OnUnhealthy, "restart")));

    private static JsonObject WritePort(PortLine port)
    {
        var json = new JsonObject { ["name"] = port.Name.Trim(), ["containerPort"] = Number(port.ContainerPort) };
        Put(json, "hostPort", Number(port.HostPort));
        Put(json, "protocol", Unless(port.Protocol, "tcp"));
        Put(json, "public", port.Public ? JsonValue.Create(true) : null);
        return json;
    }

    private static JsonObject WriteCanary(CanaryLine step)
    {
        var json = new JsonObject();
        Put(json, "percent", Number(step.Percent));
        Put(json, "pause", step.Manual ? Manual : Text(step.Pause));
        return json;
    }

    private static JsonObject WriteVolume(VolumeLine volume)
    {
        var json = new JsonObject { ["name"] = volume.Name.Trim(), ["path"] = volume.Path.Trim() };
        Put(json, "readOnly", volume.ReadOnly ? JsonValue.Create(true) : null);
        Put(json, "onHostLoss", volume.StartEmpty ? "startEmpty" : null);
        return json;
    }

    public static void Put(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    public static JsonObject? Object(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var json = new JsonObject();
        foreach (var (name, value) in members)
        {
            Put(json, name, value);
        }
        return json.Count > 0 ? json : null;
    }

    public static JsonValue? Text(string text) => text.Trim() is { Length: > 0 } said ? JsonValue.Create(said) : null;

    public static JsonValue? Unless(string text, string value) => text == value ? null : Text(text);

    public static JsonValue? Number(string text)
    {
        var said = text.Trim();
        return said.Length == 0 ? null
            : long.TryParse(said, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
            : double.TryParse(said, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
            : JsonValue.Create(said);
    }

    public static JsonArray? Lines(string text)
    {
        var lines = text.Split('\n').Select(l => l.TrimEnd('\r')).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }
        return lines.Count == 0 ? null : new JsonArray([.. lines.Select(l => JsonValue.Create(l))]);
    }

    public static JsonObject? Pairs(List<Pair> pairs)
    {
        var json = new JsonObject();
        foreach (var pair in pairs.Where(p => p.Key.Length + p.Value.Length > 0))
        {
            json[pair.Key.Trim()] = pair.Value;
        }
        return json.Count > 0 ? json : null;
    }

    public static JsonArray? Items<T>(List<T> lines, Func<T, bool> isFilled, Func<T, JsonObject> write) =>
        lines.Where(isFilled).Select(write).ToArray<JsonNode?>() is { Length: > 0 } items ? new JsonArray(items) : null;

    public static string Of(JsonNode? json, string name, string otherwise = "") => json is not JsonObject members || members[name] is not JsonValue value ? otherwise
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    /// <summary>An amount of which zero means that none was named.</summary>
    public static string Amount(JsonNode? json, string name) => Of(json, name) is var said && said is "0" or "0B" ? "" : said;

    public static string LinesOf(JsonNode? json, string name) => json is JsonObject members && members[name] is JsonArray lines
        ? string.Join('\n', lines.Select(l => l?.GetValueKind() == JsonValueKind.String ? l.GetValue<string>() : l?.ToJsonString())) : "";

    public static IEnumerable<Pair> PairsOf(JsonNode? json) => json is JsonObject members
        ? members.Select(m => new Pair { Key = m.Key, Value = Of(members, m.Key) }) : [];

    public static IEnumerable<T> ItemsOf<T>(JsonNode? json, Func<JsonObject, T> read) => json is JsonArray items ? items.OfType<JsonObject>().Select(read) : [];
}
