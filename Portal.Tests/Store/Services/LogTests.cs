using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
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
