using System.Text.Json.Nodes;
using static Portal.Components.Pages.Apps.Drafts.SpecFormJson;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>A scaling policy as typed.</summary>
public sealed class ScalingLine
{
    /// <summary>Switched off it is kept, as far as anything is filled in.</summary>
    public bool IsOn { get; set; }
    public string Min { get; set; } = "";
    public string Max { get; set; } = "";
    public string Cpu { get; set; } = "";
    public string Memory { get; set; } = "";
    public List<OwnMetricLine> Own { get; } = [];
    public List<ScheduleLine> Schedules { get; } = [];
    public PaceLine ScaleOut { get; set; } = new();
    public PaceLine ScaleIn { get; set; } = new();
    public string Tolerance { get; set; } = "";

    public bool IsEmpty => Min.Length + Max.Length + Cpu.Length + Memory.Length + Own.Count + Schedules.Count == 0;
}

/// <summary>A metric of the app itself as typed.</summary>
public sealed class OwnMetricLine
{
    public string Port { get; set; } = "";
    public string Path { get; set; } = "";
    public string Name { get; set; } = "";
    /// <summary>One <c>name=value</c> a line.</summary>
    public string Labels { get; set; } = "";
    public bool Rate { get; set; }
    public string Target { get; set; } = "";
}

/// <summary>A schedule as typed.</summary>
public sealed class ScheduleLine
{
    public string Days { get; set; } = "mon-fri";
    public string From { get; set; } = "08:00";
    public string To { get; set; } = "20:00";
    public string TimeZone { get; set; } = "";
    public string Min { get; set; } = "";
    public string Max { get; set; } = "";
}

/// <summary>How fast it may go in one direction, as typed.</summary>
public sealed class PaceLine
{
    public string Stabilization { get; set; } = "";
    public string Step { get; set; } = "";
    public string Period { get; set; } = "";
}

/// <summary>Between a scaling policy's fields and the API's JSON.</summary>
internal static class ScalingFormJson
{
    public static JsonObject? Write(ScalingLine line)
    {
        if (!line.IsOn && line.IsEmpty)
        {
            return null;
        }
        var json = new JsonObject();
        Put(json, "enabled", line.IsOn ? null : JsonValue.Create(false));
        Put(json, "min", Number(line.Min));
        Put(json, "max", Number(line.Max));
        Put(json, "metrics", Metrics(line));
        Put(json, "schedules", Items(line.Schedules, _ => true, WriteSchedule));
        Put(json, "scaleOut", WritePace(line.ScaleOut));
        Put(json, "scaleIn", WritePace(line.ScaleIn));
        Put(json, "tolerance", Text(line.Tolerance));
        return json;
    }

    public static ScalingLine Read(JsonNode? json)
    {
        if (json is not JsonObject)
        {
            return new ScalingLine();
        }
        var line = new ScalingLine
        {
            IsOn = Of(json, "enabled") != "false",
            Min = Of(json, "min"),
            Max = Of(json, "max"),
            ScaleOut = ReadPace(json["scaleOut"], "0s"),
            ScaleIn = ReadPace(json["scaleIn"], "5m"),
            Tolerance = Of(json, "tolerance") is var said && said == "10%" ? "" : said,
        };
        foreach (var metric in (json["metrics"] as JsonArray ?? []).OfType<JsonObject>())
        {
            switch (Of(metric, "metric"))
            {
                case "cpu":
                    line.Cpu = Of(metric, "target");
                    break;
                case "memory":
                    line.Memory = Of(metric, "target");
                    break;
                default:
                    line.Own.Add(ReadOwn(metric));
                    break;
            }
        }
        line.Schedules.AddRange(ItemsOf(json["schedules"], s => new ScheduleLine
        {
            Days = Of(s, "days", "*"), From = Of(s, "from"), To = Of(s, "to"), TimeZone = Of(s, "timeZone") is var zone && zone == "UTC" ? "" : zone, Min = Of(s, "min"), Max = Of(s, "max"),
        }));
        return line;
    }

    /// <summary>Where a metric's target stands in what is written, as faults name it.</summary>
    public static string PathOf(ScalingLine line, OwnMetricLine own) => $"scaling.metrics[{Before(line) + line.Own.IndexOf(own)}]";

    public static string MemoryPath(ScalingLine line) => $"scaling.metrics[{(line.Cpu.Trim().Length > 0 ? 1 : 0)}].target";

    private static int Before(ScalingLine line) => (line.Cpu.Trim().Length > 0 ? 1 : 0) + (line.Memory.Trim().Length > 0 ? 1 : 0);

    private static JsonArray? Metrics(ScalingLine line)
    {
        var metrics = new JsonArray();
        if (line.Cpu.Trim().Length > 0)
        {
            metrics.Add((JsonNode)new JsonObject { ["metric"] = "cpu", ["target"] = Number(line.Cpu) });
        }
        if (line.Memory.Trim().Length > 0)
        {
            metrics.Add((JsonNode)new JsonObject { ["metric"] = "memory", ["target"] = Number(line.Memory) });
        }
        foreach (var own in line.Own)
        {
            var json = new JsonObject { ["metric"] = "prometheus" };
            Put(json, "target", Number(own.Target));
            Put(json, "port", Text(own.Port));
            Put(json, "path", Unless(own.Path.Trim(), "/metrics"));
            Put(json, "name", Text(own.Name));
            Put(json, "labels", Pairs([.. own.Labels.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=', 2)).Select(l => new Pair { Key = l[0].Trim(), Value = l.Length > 1 ? l[1].Trim() : "" })]));
            Put(json, "rate", own.Rate ? JsonValue.Create(true) : null);
            metrics.Add((JsonNode)json);
        }
        return metrics.Count > 0 ? metrics : null;
    }

    private static OwnMetricLine ReadOwn(JsonObject metric) => new()
    {
        Port = Of(metric, "port"), Path = Of(metric, "path") is var path && path == "/metrics" ? "" : path, Name = Of(metric, "name"), Target = Of(metric, "target"), Rate = Of(metric, "rate") == "true",
        Labels = string.Join('\n', PairsOf(metric["labels"]).Select(p => $"{p.Key}={p.Value}")),
    };

    private static JsonObject WriteSchedule(ScheduleLine line)
    {
        var json = new JsonObject { ["days"] = line.Days.Trim().Length == 0 ? "*" : line.Days.Trim() };
        Put(json, "from", Text(line.From));
        Put(json, "to", Text(line.To));
        Put(json, "timeZone", Text(line.TimeZone));
        Put(json, "min", Number(line.Min));
        Put(json, "max", Number(line.Max));
        return json;
    }

    private static JsonObject? WritePace(PaceLine line) => Object(("stabilization", Text(line.Stabilization)), ("step", Number(line.Step)), ("period", Text(line.Period)));

    private static PaceLine ReadPace(JsonNode? json, string stabilization) => new()
    {
        Stabilization = Of(json, "stabilization") is var window && window == stabilization ? "" : window,
        Step = Of(json, "step") is var step && step == "100%" ? "" : step,
        Period = Of(json, "period") is var period && period == "15s" ? "" : period,
    };
}
