using System.Text.Json;

namespace Portal.Tests.EndToEnd;

/// <summary>What the API says of a run.</summary>
internal sealed record SeenRun(int Number, string Cause, string Status, string Reason, int Succeeded, int Failed, DateTimeOffset? ScheduledAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <summary>What the API says of an instance of a run.</summary>
internal sealed record SeenRunInstance(Guid Id, int Slot, int Attempt, string? Host, string State, string? Outcome, int? ExitCode, string Reason, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, bool HasLogs)
{
    /// <summary>Its container, as the list of instances says.</summary>
    public string Container(IEnumerable<SeenInstance> instances) => instances.Single(i => i.Id == Id).ContainerId!;
}

/// <content>Runs of jobs.</content>
internal sealed partial class PortalApi
{
    /// <summary>A job's runs, newest first.</summary>
    public Task<SeenRun[]> RunsAsync(string app) => ListAsync<SeenRun>($"{Path(app)}/runs");

    /// <summary>The instances of a run, by slot and attempt; none where there is no such run.</summary>
    public async Task<SeenRunInstance[]> RunInstancesAsync(string app, int run)
    {
        var answer = await SendAsync(HttpMethod.Get, $"{Path(app)}/runs/{run}");
        return answer.Succeeded ? answer.Json.GetProperty("instances").Deserialize<SeenRunInstance[]>(Json)! : [];
    }
}
