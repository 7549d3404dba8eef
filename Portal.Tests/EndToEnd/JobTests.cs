using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Show 7 of the rollouts: a job of several instances of which one fails once, and a schedule that fires on time across a restart, once.</summary>
[Trait("hosts", "second")]
public sealed class JobTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private const string Runs = "teams/default/apps/report/runs";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_job_runs_to_its_end_tries_again_what_failed_and_keeps_what_was_said()
    {
        await Api.PutAppAsync("report", Job("echo part $PORTAL_SLOT; sleep 0.5; [ $PORTAL_SLOT != 3 ] || [ -e /data/tried ] || { touch /data/tried; echo no such table >&2; exit 3; }",
            new { completions = 5, parallelism = 2 }).WithVolume());
        var most = 0;
        var took = await Until.NothingIsWrongAsync(Minute, "the run has ended", async () =>
        {
            most = Math.Max(most, (await Cluster.Engines.ContainersAsync("report")).Count(c => c.IsRunning));
            return (await RunAsync(1)) is { EndedAt: not null } ? null : await SayAsync();
        });
        Say("a job of 5 instances, 2 at once, 1 tried again", took);
        var run = (await RunAsync(1))!;
        Assert.Equal(("Succeeded", "Deploy", 5, 1), (run.Status, run.Cause, run.Succeeded, run.Failed));
        Assert.Equal(2, most);
        var instances = await InstancesAsync(1);
        Assert.Equal(["1 1 0", "2 1 0", "3 1 3", "3 2 0", "4 1 0", "5 1 0"], instances.Select(i => $"{i.Slot} {i.Attempt} {i.ExitCode}"));
        Assert.Equal("exited with code 3; it last said “part 3 / no such table”", instances.Single(i => i.Outcome == "Failed").Reason);
        Assert.All(instances, i => Assert.True(i is { StartedAt: not null, EndedAt: not null, HasLogs: true }));

        var logs = await Api.SendAsync(HttpMethod.Get, "teams/default/apps/report/logs?run=1");
        Assert.Equal(["no such table", "part 1", "part 2", "part 3", "part 3", "part 4", "part 5"],
            logs.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("text").GetString()).Order());
        Assert.Equal(6, (await Cluster.Engines.ContainersAsync("report")).Count);
        var app = await Api.AppAsync("report");
        Assert.Equal(("Healthy", 0), (app.Status, app.Replicas.Running));

        // Its containers go with it.
        await Api.DeleteAppAsync("report");
        await Until.NothingIsWrongAsync(Minute, "nothing is left of the job", async () =>
            (await Cluster.Engines.ContainersAsync("report")) is { Count: > 0 } left ? string.Join(", ", left) : null);
        await BystandersAreUntouchedAsync();
    }

    [Fact]
    public async Task Runs_are_cancelled_lost_ones_tried_elsewhere_and_failures_end_a_run_with_their_words()
    {
        await Api.PutAppAsync("report", Job("echo begun; [ -z $FAILS ] || exit 4; exec sleep 600", new { overlap = "replace", retries = 1, keep = "1h" }));
        await Until.NothingIsWrongAsync(Minute, "its instance runs", async () => (await Api.AppAsync("report")).Replicas.Running == 1 ? null : await SayAsync());

        // Killed by hand it is no fault of its own.
        var first = (await InstancesAsync(1)).Single();
        await Host(first.Host!).DockerAsync("rm", "-f", first.Container(await Api.InstancesAsync("report")));
        await Until.NothingIsWrongAsync(Minute, "another instance runs", async () => (await InstancesAsync(1)) is [{ Outcome: "Lost" }, { State: "Running", Attempt: 2 }] ? null : await SayAsync());

        // Asked for by hand it takes the other's place.
        var asked = await Api.SendAsync(HttpMethod.Post, Runs, new { message = "by hand" });
        Assert.Equal(2, asked.Json.GetProperty("run").GetInt32());
        await Until.NothingIsWrongAsync(Minute, "run 2 has taken the place of run 1", async () =>
            (await RunAsync(1))?.Status == "Cancelled" && (await InstancesAsync(2)) is [{ State: "Running" }] ? null : await SayAsync());
        Assert.Equal((System.Net.HttpStatusCode.Accepted, 1), ((await Api.SendAsync(HttpMethod.Post, $"{Runs}/2/cancel")).Status, (await Cluster.Engines.ContainersAsync("report")).Count(c => c.IsRunning)));
        await Until.NothingIsWrongAsync(Minute, "run 2 was cancelled, its container is stopped and kept", async () =>
            (await RunAsync(2))?.Status == "Cancelled" && !(await Cluster.Engines.ContainersAsync("report")).Any(c => c.IsRunning) && (await InstancesAsync(2)) is [{ Outcome: "Cancelled", HasLogs: true }] ? null : await SayAsync());
        Assert.Contains("begun", (await Api.SendAsync(HttpMethod.Get, "teams/default/apps/report/logs?run=2")).Body, StringComparison.Ordinal);

        // A new revision runs, fails twice, and its run with it.
        await Api.PutAppAsync("report", Job("echo begun; [ -z $FAILS ] || exit 4; exec sleep 600", new { overlap = "replace", retries = 1, keep = "1s" }).With("env", new Dictionary<string, string> { ["FAILS"] = "yes" }));
        await Until.NothingIsWrongAsync(Minute, "run 3 has failed", async () => (await RunAsync(3))?.Status == "Failed" ? null : await SayAsync());
        var app = await Api.AppAsync("report");
        Assert.Equal("Failed", app.Status);
        Assert.Contains("failed 2 times", app.Reason, StringComparison.Ordinal);
        Assert.Contains("exited with code 4; it last said “begun”", app.Reason, StringComparison.Ordinal);

        // A script that deploys and waits is told.
        var deployed = await Api.SendAsync(HttpMethod.Post, "teams/default/apps/report/deploy?wait=25s");
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, deployed.Status);
        Assert.StartsWith("Run 4 ended as Failed: instance 1 failed 2 times", deployed.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Until.NothingIsWrongAsync(Minute, "nothing is kept any longer", async () =>
            (await Cluster.Engines.ContainersAsync("report")) is { Count: > 0 } left ? string.Join(", ", left) : (await AllAsync()).Length == 1 ? null : await SayAsync());
    }

    [Fact]
    public async Task A_schedule_of_each_minute_fires_on_time_across_a_restart_and_once()
    {
        await Api.PutAppAsync("report", Job("date; sleep 4", new { schedule = "* * * * *" }));
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(75), "its first time has come", async () => (await AllAsync()).Length == 1 ? null : await SayAsync());
        // In the middle of its run Portal is killed.
        await Portal.KillAsync();
        await Portal.StartAsync();
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(30), "the run goes on to its end", async () => (await RunAsync(1)) is { Status: "Succeeded" } ? null : await SayAsync());
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(75), "its second time has come", async () => (await RunAsync(2)) is { Status: "Succeeded" } ? null : await SayAsync());
        var runs = await AllAsync();
        Assert.Equal(2, runs.Length);
        Assert.Equal(TimeSpan.FromMinutes(1), runs[0].ScheduledAt - runs[1].ScheduledAt);
        foreach (var run in runs)
        {
            Say($"run {run.Number} began after its time by", run.StartedAt!.Value - run.ScheduledAt!.Value);
            Assert.InRange(run.StartedAt!.Value - run.ScheduledAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(2));
            Assert.Single(await InstancesAsync(run.Number));
        }
        Assert.Equal(2, (await Cluster.Engines.ContainersAsync("report")).Count);
        await BystandersAreUntouchedAsync();
    }

    private static Dictionary<string, object?> Job(string script, object job) => new()
    {
        ["image"] = "test/busybox:1",
        ["kind"] = "job",
        ["command"] = new[] { "sh", "-c", script },
        ["job"] = job,
        ["stop"] = new { gracePeriod = "1s" },
    };

    private TestHost Host(string name) => Hosts.All.Single(h => h.Name == name);

    private async Task<SeenRun?> RunAsync(int number) => (await AllAsync()).FirstOrDefault(r => r.Number == number);

    private Task<SeenRun[]> AllAsync() => Api.RunsAsync("report");

    private Task<SeenRunInstance[]> InstancesAsync(int run) => Api.RunInstancesAsync("report", run);

    private async Task<string> SayAsync()
    {
        var app = await Api.AppAsync("report");
        return $"{app.Status}, {app.Reason}; {string.Join("; ", (await AllAsync()).Select(r => $"run {r.Number} {r.Status}: {r.Reason}"))}; {string.Join("; ", (await Api.InstancesAsync("report")).Select(i => $"{i.Slot}.{i.Epoch} {i.State} on {i.Host}: {i.Reason}"))}";
    }
}
