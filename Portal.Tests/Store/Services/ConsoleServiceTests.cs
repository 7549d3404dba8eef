using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class ConsoleServiceTests(StoreFixture fixture)
{
    private static readonly ConsoleRequest Shell = new(null, null, 80, 24);

    [Fact]
    public async Task A_console_is_audited_from_its_beginning_to_its_end()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var instance = await InstanceAsync(stage);
        var session = await Consoles(stage).OpenAsync(Admin, "default", "web", instance, Shell with { Command = "vi 'a b'" }, default);

        Assert.Equal(["vi", "a b"], stage.Consoles.Opened.Single().Request.Command);
        Assert.Contains(stage.Consoles.Opened.Single().Request.Environment, e => e.StartsWith("PORTAL_CONSOLE=", StringComparison.Ordinal));
        await session.EndAsync("it was closed", null);
        await session.EndAsync("again", 0);

        // What still runs of it is hung up, by its mark.
        Assert.Contains("kill -HUP", stage.Consoles.Opened[1].Request.Command[2]);
        await using var db = await stage.OpenAsync();
        var audit = db.Audit.Where(a => a.Action.StartsWith("console.")).OrderBy(a => a.Id).ToList();
        Assert.Equal(["console.open ok", "console.close ok"], audit.Select(a => $"{a.Action} {a.Result}"));
        Assert.All(audit, a => Assert.Contains("web.1", a.Detail));
        Assert.Contains("on host h1: vi a b", audit[0].Detail);
        Assert.EndsWith("it was closed", audit[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewers_are_refused_and_that_is_audited_too()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var instance = await InstanceAsync(stage);
        var team = (await stage.Apps.GetAsync(Admin, "default", "web", default)).TeamId;
        var viewer = new Actor { Name = "vera", Roles = System.Collections.Immutable.ImmutableDictionary<TeamId, TeamRole>.Empty.Add(team, TeamRole.Viewer) };

        await RefusedAsync(RefusalKind.Forbidden, () => Consoles(stage).OpenAsync(viewer, "default", "web", instance, Shell, default));
        await RefusedAsync(RefusalKind.Forbidden, () => Consoles(stage).CheckAsync(viewer, "default", "web", instance, default));
        await RefusedAsync(RefusalKind.NotFound, () => Consoles(stage).OpenAsync(Admin, "default", "web", new InstanceId(Guid.NewGuid()), Shell, default));
        Assert.Empty(stage.Consoles.Opened);
        Assert.Equal(2, await stage.CountAsync("SELECT count(*) FROM audit WHERE action = 'console.open' AND result IN ('Forbidden', 'NotFound')"));
    }

    [Fact]
    public async Task So_many_are_open_at_once_and_no_more()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var instance = await InstanceAsync(stage);
        var first = await Consoles(stage).OpenAsync(Admin, "default", "web", instance, Shell, default);
        for (var i = 1; i < new ConsoleOptions().MostOfOne; i++)
        {
            await Consoles(stage).OpenAsync(Admin, "default", "web", instance, Shell, default);
        }
        await RefusedAsync(RefusalKind.Conflict, () => Consoles(stage).OpenAsync(Admin, "default", "web", instance, Shell, default));
        await first.EndAsync("it was closed", 0);
        await Consoles(stage).OpenAsync(Admin, "default", "web", instance, Shell, default);
    }

    [Fact]
    public async Task One_that_does_not_begin_says_why_and_takes_no_place()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var instance = await InstanceAsync(stage);
        stage.Consoles.Refuses = new EngineException(EngineError.Conflict, "the container is not running");
        for (var i = 0; i < 2 * new ConsoleOptions().MostOfOne; i++)
        {
            await RefusedAsync(RefusalKind.Unprocessable, () => Consoles(stage).OpenAsync(Admin, "default", "web", instance, Shell, default));
        }
        Assert.NotEqual(0, await stage.CountAsync("SELECT count(*) FROM audit WHERE action = 'console.close' AND detail LIKE '%the container is not running%'"));
    }

    private static IConsoleService Consoles(ServiceStage stage) => stage.Get<IConsoleService>();

    private static async Task<InstanceId> InstanceAsync(ServiceStage stage)
    {
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 1), Any, default);
        return await stage.InstanceAsync(app, 1, host);
    }
}
