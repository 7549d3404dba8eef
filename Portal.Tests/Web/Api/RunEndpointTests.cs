using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class RunEndpointTests
{
    private const string Runs = "/teams/default/apps/report/runs";

    [Fact]
    public async Task ListsRunsNewestFirst()
    {
        await using var host = await StartAsync();
        host.Jobs.Runs.AddRange([
            new RunDetails(GivenJobs.Run(1, RunStatus.Succeeded, RunCause.Deploy), []),
            new RunDetails(GivenJobs.Run(2, RunStatus.Skipped, RunCause.Schedule, "run 1 was still under way"), []),
            new RunDetails(GivenJobs.Run(10, RunStatus.Running), []),
        ]);
        var page = (await host.GetAsync(Runs + "?limit=2")).Is(200).Json;
        Assert.Equal([10, 2], page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("number").GetInt32()));
        var rest = (await host.GetAsync($"{Runs}?limit=2&after={page.GetProperty("next").GetString()}")).Is(200).Json;
        Assert.Equal("1 Deploy Succeeded 42", rest.GetProperty("items").EnumerateArray().Select(r =>
            $"{r.GetProperty("number")} {r.GetProperty("cause")} {r.GetProperty("status")} {(r.GetProperty("endedAt").GetDateTime() - r.GetProperty("startedAt").GetDateTime()).TotalSeconds}").Single());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, page.GetProperty("items")[1].GetProperty("startedAt").ValueKind);
    }

    [Fact]
    public async Task ShowsARunWithEveryAttempt()
    {
        await using var host = await StartAsync();
        var app = host.Live.Current.Apps.Values.Single();
        host.Jobs.Runs.Add(new RunDetails(GivenJobs.Run(3, RunStatus.Succeeded), [new RunInstance(1, GivenJobs.Ended(app, 3, 1, 7)), new RunInstance(2, GivenJobs.Ended(app, 3, 1, 0, epoch: 2))]));
        var answer = (await host.GetAsync(Runs + "/3")).Is(200).Json;
        Assert.Equal(["1 1 Failed 7 True", "1 2 Succeeded 0 True"], answer.GetProperty("instances").EnumerateArray().Select(i =>
            $"{i.GetProperty("slot")} {i.GetProperty("attempt")} {i.GetProperty("outcome")} {i.GetProperty("exitCode")} {i.GetProperty("hasLogs").GetBoolean()}"));
        Assert.Contains("no such table", answer.GetProperty("instances")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        (await host.GetAsync(Runs + "/4")).IsProblem(404);
        (await host.GetAsync(Runs + "/x")).IsProblem(404);
        (await host.GetAsync(Runs + "/0")).IsProblem(404);
    }

    [Fact]
    public async Task StartsAndCancelsARun()
    {
        await using var host = await StartAsync();
        Assert.Equal("""{"generation":1,"run":1}""", (await host.PostAsync(Runs, """{"message":"by hand"}""")).Is(202).Json.GetRawText());
        Assert.Equal(2, (await host.PostAsync(Runs, "")).Is(202).Json.GetProperty("run").GetInt32());
        Assert.Equal("Waiting", (await host.GetAsync(Runs + "/2")).Is(200).Json.GetProperty("run").GetProperty("status").GetString());
        (await host.PostAsync(Runs + "/2/cancel", "")).Is(202);
        Assert.Equal(["run default/report by hand", "run default/report", "cancel 2 default/report"], host.Jobs.Calls);
        Assert.Equal(["message: must be text, not a number"], (await host.PostAsync(Runs, """{"message":1}""")).IsProblem(400).Faults);
        host.Jobs.Refuse = new RefusedException(RefusalKind.Unprocessable, "Run 2 of report is under way.");
        (await host.PostAsync(Runs, "")).IsProblem(422);
    }

    [Fact]
    public async Task TellsOfAJobWhenItRunsAndHowItRan()
    {
        await using var host = await StartAsync();
        var job = (await host.GetAsync("/teams/default/apps/report")).Is(200).Json;
        Assert.Equal("2026-03-01T12:05:00Z", job.GetProperty("job").GetProperty("nextRunAt").GetString());
        Assert.Equal((2, "Running"), (job.GetProperty("job").GetProperty("currentRun").GetProperty("number").GetInt32(), job.GetProperty("job").GetProperty("currentRun").GetProperty("status").GetString()));
        Assert.Equal(1, job.GetProperty("job").GetProperty("lastRun").GetProperty("number").GetInt32());
        Assert.Equal("*/5 * * * *", job.GetProperty("spec").GetProperty("job").GetProperty("schedule").GetString());
        // What was read can be put again.
        (await host.PutAsync("/teams/default/apps/report", job.GetProperty("spec").GetRawText())).Is(200);
    }

    [Fact]
    public async Task ReadsTheLogsOfARun()
    {
        await using var host = await StartAsync();
        (await host.GetAsync("/teams/default/apps/report/logs?run=2")).Is(200);
        (await host.GetAsync("/teams/default/apps/report/logs?run=0")).IsProblem(400);
    }

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([GivenJobs.App("report", new JobSpec { Schedule = "*/5 * * * *" }, GivenJobs.Run(2, RunStatus.Running), GivenJobs.Run(1, RunStatus.Succeeded))]));
        return host;
    }
}
