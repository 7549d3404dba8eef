using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Portal.Core.Domain;
using static Portal.Api.OpenApi.SchemaParts;

namespace Portal.Api.OpenApi;

/// <summary>The job policy as JSON Schema.</summary>
internal static class JobSchema
{
    public static OpenApiSchema Of() => Object("For `kind: job` only: how a run comes to its end, and when runs begin. A job knows no `replicas`, `health`, `restart` and `update`.", new()
    {
        ["completions"] = Whole("How many instances of a run must end with exit code 0.", 1, 10_000, JsonValue.Create(1)),
        ["parallelism"] = Whole("How many of them run at once, at most.", 1, 1_000, JsonValue.Create(1)),
        ["retries"] = Whole("How often each of them may be tried again after it failed: after 1 s, then 2 s, 4 s … 5 min. What was lost with its host, or stopped outside Portal, does not count.",
            0, 100, JsonValue.Create(3)),
        ["deadline"] = NullableDuration("A run that takes longer than this, from its start on, has failed."),
        ["keep"] = Duration("How long a run is kept after its end, its containers and their logs too. Containers are kept of the last 10 runs only, of each of 50 instances that succeeded and 50 that did not; and 200 runs are known at most.", "24h"),
        ["schedule"] = NullableText("Five fields of cron (minute, hour, day of month, month, day of week), or `@hourly` and the like. Without it, it runs once for each revision, and on demand."),
        ["timeZone"] = Text("The IANA name of the schedule's time zone.", "UTC"),
        ["overlap"] = Words<RunOverlap>("What happens to a scheduled run while another is under way.", RunOverlap.Skip),
        ["missed"] = Words<MissedRuns>("What happens to scheduled times at which Portal was not there: one run makes up for all of them, or none does. They are recorded either way.", MissedRuns.RunOnce),
    });
}
