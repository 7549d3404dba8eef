using System.Text.Json.Nodes;
using static Portal.Components.Pages.Apps.Drafts.SpecFormJson;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>How a job runs, as typed.</summary>
public sealed class JobLine
{
    public string Completions { get; set; } = "";
    public string Parallelism { get; set; } = "";
    public string Retries { get; set; } = "";
    public string Deadline { get; set; } = "";
    public string Keep { get; set; } = "";
    public string Schedule { get; set; } = "";
    public string TimeZone { get; set; } = "";
    public string Overlap { get; set; } = "skip";
    public string Missed { get; set; } = "runOnce";
}

/// <summary>Between a job's fields and the API's JSON.</summary>
internal static class JobFormJson
{
    public static JsonObject? Write(JobLine job) => Object(
        ("completions", Number(job.Completions)), ("parallelism", Number(job.Parallelism)), ("retries", Number(job.Retries)),
        ("deadline", Text(job.Deadline)), ("keep", Text(job.Keep)), ("schedule", Text(job.Schedule)), ("timeZone", Text(job.TimeZone)),
        ("overlap", Unless(job.Overlap, "skip")), ("missed", Unless(job.Missed, "runOnce")));

    public static JobLine Read(JsonNode? job) => new()
    {
        Completions = Of(job, "completions"),
        Parallelism = Of(job, "parallelism"),
        Retries = Of(job, "retries"),
        Deadline = Of(job, "deadline"),
        Keep = Of(job, "keep"),
        Schedule = Of(job, "schedule"),
        TimeZone = Of(job, "timeZone"),
        Overlap = Of(job, "overlap", "skip"),
        Missed = Of(job, "missed", "runOnce"),
    };
}
