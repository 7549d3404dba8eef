using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Microsoft.EntityFrameworkCore;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class LogTests(StoreFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Lines_of_all_instances_come_by_time_and_trouble_is_told()
    {
        await using var stage = await StageAsync();
        stage.Logs.Lines["c1"] = [Line(1, "a"), Line(4, "b")];
        stage.Logs.Lines["c2"] = [Line(2, "c"), Line(3, "d")];

        var lines = await ReadAsync(stage, new LogRequest());

        Assert.Equal([(1, "a"), (2, "c"), (2, "d"), (1, "b")], lines.Take(4).Select(l => (l.Slot, l.Text)));
        Assert.Equal((3, true), (lines[4].Slot, lines[4].IsError));
        Assert.Contains("No such container", lines[4].Text);
    }

    [Fact]
    public async Task The_tail_counts_lines_with_the_text_sought()
    {
        await using var stage = await StageAsync();
        stage.Logs.Lines["c1"] = [Line(1, "error one"), Line(2, "error two"), Line(3, "ok"), Line(4, "Error three"), Line(5, "ok")];

        var lines = await ReadAsync(stage, new LogRequest(Instance: await FirstAsync(stage), Tail: 2, Text: "error"));

        Assert.Equal(["error two", "Error three"], lines.Select(l => l.Text));
    }

    [Fact]
    public async Task A_search_holds_no_more_than_so_much_and_says_so()
    {
        await using var stage = await StageAsync();
        var large = new string('x', 1_000_000);
        stage.Logs.Lines["c1"] = [.. Enumerable.Range(1, 9).Select(i => Line(i, $"{i} {large}"))];
        var lines = await ReadAsync(stage, new LogRequest(Instance: await FirstAsync(stage), Tail: 7, Text: "xx"));

        Assert.Equal("(789", string.Concat(lines.Select(l => l.Text[0])));
        Assert.Contains("Only the last 3 lines", lines[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "main")]
    [InlineData("main", "main")]
    [InlineData("log", "log")]
    [InlineData("all", "fetch main log")]
    public async Task Each_container_of_an_instance_has_its_lines(string? container, string expected)
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 1), Any, default);
        await stage.InstanceAsync(app, 1, host, "m");
        await using (var db = await stage.OpenAsync())
        {
            var row = db.Observations.Single();
            row.Parts = PartsJson.Write([Part("fetch", PartKind.Init, "f"), Part("main", PartKind.Main, "m"), Part("log", PartKind.Sidecar, "s"), Part("proxy", PartKind.Sidecar, null)]);
            await db.SaveChangesAsync();
        }
        (stage.Logs.Lines["f"], stage.Logs.Lines["m"], stage.Logs.Lines["s"]) = ([Line(1, "fetch")], [Line(2, "main")], [Line(3, "log")]);

        var lines = await ReadAsync(stage, new LogRequest(Container: container));

        Assert.Equal(expected, string.Join(' ', lines.Select(l => l.Text)));
        Assert.All(lines, l => Assert.Equal(l.Text, l.Container));
        await RefusedAsync(RefusalKind.NotFound, () => ReadAsync(stage, new LogRequest(Container: "none")));
        Assert.Equal(["fetch", "main", "log", "proxy"], (await stage.Apps.ListInstancesAsync(Admin, "default", "web", false, default))[0].Containers.Select(c => c.Name));
    }

    private static ObservedPart Part(string name, PartKind kind, string? container) => new() { Name = name, Kind = kind, State = PartState.Running, ContainerId = container };

    [Fact]
    public async Task What_was_kept_of_ended_instances_is_read_among_the_others()
    {
        await using var stage = await StageAsync();
        var gone = await EndAsync(stage, slot: 3, [Line(2, "last words"), Line(4, "panic")]);
        stage.Logs.Lines["c1"] = [Line(1, "a"), Line(3, "b"), Line(9, "z")];
        stage.Logs.Lines["c2"] = [];

        Assert.Equal(["a", "b", "z"], (await ReadAsync(stage, new LogRequest())).Select(l => l.Text));
        Assert.Equal(["a", "last words", "b", "panic", "z"], (await ReadAsync(stage, new LogRequest(Ended: true))).Select(l => l.Text));
        Assert.Equal(["last words", "b", "panic"], (await ReadAsync(stage, new LogRequest(Ended: true, Since: Start.AddSeconds(2), Until: Start.AddSeconds(4)))).Select(l => l.Text));
        Assert.Equal(["panic"], (await ReadAsync(stage, new LogRequest(gone, Tail: 1))).Select(l => l.Text));

        var marked = await ReadAsync(stage, new LogRequest(gone, Text: "panic", Markers: true));
        Assert.Equal([false, true], marked.Select(l => l.IsMarker));
        Assert.StartsWith("ended", marked[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_went_with_its_container_is_said_to_be_gone()
    {
        await using var stage = await StageAsync();
        var gone = await EndAsync(stage, slot: 3, []);

        Assert.Contains("was not kept", Assert.Single(await ReadAsync(stage, new LogRequest(gone))).Text);
    }

    [Fact]
    public async Task Kept_lines_go_with_their_instance()
    {
        await using var stage = await StageAsync();
        await EndAsync(stage, slot: 3, [Line(2, "last words")]);
        await using (var db = await stage.OpenAsync())
        {
            Assert.Equal(1, db.InstanceLogs.Count());
            await db.Assignments.Where(a => a.EndedAt != null).ExecuteDeleteAsync();
        }
        await stage.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<Retention>().Single().RunOnceAsync(default);

        await using var after = await stage.OpenAsync();
        Assert.Equal(0, after.InstanceLogs.Count());
    }

    /// <summary>Ends an instance as its worker does, with what it kept of its log.</summary>
    private static async Task<InstanceId> EndAsync(ServiceStage stage, int slot, LogLine[] kept)
    {
        await using var db = await stage.OpenAsync();
        var row = db.Assignments.Single(a => a.Slot == slot);
        (row.CreatedAt, row.EndedAt) = (Start, Start.AddSeconds(20));
        if (kept.Length > 0)
        {
            var log = KeptLog.Of($"c{slot}", row.Id, InstanceParts.Main, kept, isWhole: true);
            db.InstanceLogs.Add(new InstanceLogRow
            {
                ContainerId = log.ContainerId, InstanceId = log.Instance, Container = log.Container, FirstAt = log.FirstAt, LastAt = log.LastAt, Lines = log.Lines, IsWhole = log.IsWhole, Text = log.Text, KeptAt = Start,
            });
        }
        await db.SaveChangesAsync();
        return row.Id;
    }

    [Fact]
    public async Task Following_joins_instances_that_come()
    {
        await using var stage = await StageAsync();
        foreach (var container in new[] { "c1", "c2", "c3", "c4" })
        {
            stage.Logs.Lines[container] = [Line(1, container)];
        }
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var lines = stage.Apps.ReadLogsAsync(Admin, "default", "web", new LogRequest(Follow: true), deadline.Token).GetAsyncEnumerator(deadline.Token);
        var seen = new HashSet<string>();
        while (seen.Count < 3 && await lines.MoveNextAsync())
        {
            seen.Add(lines.Current.Text);
        }

        var app = await stage.Apps.GetAsync(Admin, "default", "web", default);
        var host = (await stage.Hosts.GetAsync(Admin, "h1", default)).Id;
        await stage.InstanceAsync(app, 4, host);
        stage.Get<INoticeBus>().Committed(new Notice { Observed = [app.Id.Value] });

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("c4", lines.Current.Text);
    }

    [Fact]
    public async Task A_stream_that_its_engine_has_lost_is_begun_anew_without_a_line_twice()
    {
        await using var stage = await StageAsync();
        stage.Logs.Lines["c1"] = [Line(1, "a")];
        stage.Logs.Lines["c2"] = [];
        stage.Logs.Lines["c3"] = [];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await using var lines = stage.Apps.ReadLogsAsync(Admin, "default", "web", new LogRequest(Follow: true), deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await lines.MoveNextAsync());
        var next = lines.MoveNextAsync();
        // The stream that runs never brings it.
        stage.Logs.Lines["c1"] = [Line(1, "a"), Line(2, "b")];

        Assert.True(await next);
        Assert.Equal("b", lines.Current.Text);
    }

    [Fact]
    public async Task Following_without_a_tail_brings_only_what_comes()
    {
        await using var stage = await StageAsync();
        (stage.Logs.Lines["c1"], stage.Logs.Lines["c2"], stage.Logs.Lines["c3"]) = ([Line(1, "a"), Line(2, "b")], [], []);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await using var lines = stage.Apps.ReadLogsAsync(Admin, "default", "web", new LogRequest(Follow: true, Tail: 0), deadline.Token).GetAsyncEnumerator(deadline.Token);
        var next = lines.MoveNextAsync();
        await stage.Logs.Followed.Task.WaitAsync(deadline.Token);
        stage.Logs.Lines["c1"] = [Line(1, "a"), Line(2, "b"), Line(3, "c")];

        Assert.True(await next);
        Assert.Equal("c", lines.Current.Text);
    }

    private async Task<ServiceStage> StageAsync()
    {
        var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 3), Any, default);
        for (var slot = 1; slot <= 3; slot++)
        {
            await stage.InstanceAsync(app, slot, host);
        }
        return stage;
    }

    private static async Task<InstanceId> FirstAsync(ServiceStage stage) => (await stage.Apps.ListInstancesAsync(Admin, "default", "web", false, default))[0].Id;

    private static async Task<List<InstanceLogLine>> ReadAsync(ServiceStage stage, LogRequest request)
    {
        var lines = new List<InstanceLogLine>();
        await foreach (var line in stage.Apps.ReadLogsAsync(Admin, "default", "web", request, default))
        {
            lines.Add(line);
        }
        return lines;
    }

    private static LogLine Line(int second, string text) => new(Start.AddSeconds(second), false, text);
}
