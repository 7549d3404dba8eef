using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>Who may do what: what may not be known of is not there, what may not be done is forbidden.</summary>
public sealed class RoleTests(StoreFixture fixture)
{
    private static readonly (string Name, Func<ServiceStage, Actor, Task> Call, string Allowed)[] Calls =
    [
        ("app.get", (s, a) => s.Apps.GetAsync(a, "shop", "web", default), "VDTA"),
        ("app.instances", (s, a) => s.Apps.ListInstancesAsync(a, "shop", "web", false, default), "VDTA"),
        ("app.put", (s, a) => s.Apps.PutAsync(a, "shop", "web", Spec("nginx:1.28"), Any, default), "-DTA"),
        ("app.plan", (s, a) => s.Apps.PlanAsync(a, "shop", "web", Spec("nginx:1.28"), default), "-DTA"),
        ("app.scale", (s, a) => s.Apps.ScaleAsync(a, "shop", "web", 2, Any, default), "-DTA"),
        ("app.deploy", (s, a) => s.Apps.DeployAsync(a, "shop", "web", null, Any, default), "-DTA"),
        ("app.host-network", (s, a) => s.Apps.PutAsync(a, "shop", "web", Spec(change: x => x with { Network = "host" }), Any, default), "---A"),
        ("members.list", (s, a) => s.Teams.ListMembersAsync(a, "shop", default), "VDTA"),
        ("members.put", (s, a) => s.Teams.PutMemberAsync(a, "shop", "other@example.org", TeamRole.Viewer, default), "--TA"),
        ("registry.put", (s, a) => s.Teams.PutRegistryAsync(a, "shop", "ghcr.io", "u", "p", default), "--TA"),
        ("team.put", (s, a) => s.Teams.PutAsync(a, "shop", "Shop", new Quota(), default), "---A"),
        ("host.put", (s, a) => s.Hosts.PutAsync(a, "h9", new HostRequest("tcp://h9.example:2375"), default), "---A"),
        ("host.drain", (s, a) => s.Hosts.SetAvailabilityAsync(a, "h1", Availability.Draining, default), "---A"),
        ("user.list", (s, a) => s.Users.ListAsync(a, default), "---A"),
        ("user.create", (s, a) => s.Users.CreateAsync(a, "new@example.org", false, default), "---A"),
        ("audit", (s, a) => s.History.ListAuditAsync(a, null, 10, default), "---A"),
        ("app.delete", (s, a) => s.Apps.DeleteAsync(a, "shop", "web", false, Any, default), "-DTA"),
    ];

    [Theory]
    [InlineData('V', TeamRole.Viewer)]
    [InlineData('D', TeamRole.Deployer)]
    [InlineData('T', TeamRole.TeamAdmin)]
    [InlineData('A', null)]
    public async Task A_role_may_do_what_it_may(char letter, TeamRole? role)
    {
        await using var stage = await StageAsync();
        var actor = role is { } held ? await stage.UserAsync("me@example.org", "shop", held) : Admin;
        var wrong = new List<string>();
        foreach (var (name, call, allowed) in Calls)
        {
            var outcome = await OutcomeAsync(() => call(stage, actor));
            if (outcome != (allowed.Contains(letter) ? (RefusalKind?)null : RefusalKind.Forbidden))
            {
                wrong.Add($"{name}: {outcome?.ToString() ?? "done"}");
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("app.get")]
    [InlineData("app.put")]
    [InlineData("app.scale")]
    [InlineData("app.delete")]
    [InlineData("members.list")]
    [InlineData("members.put")]
    public async Task To_a_stranger_a_team_is_not_there(string name)
    {
        await using var stage = await StageAsync();
        var stranger = await stage.UserAsync("stranger@example.org", "default", TeamRole.TeamAdmin);

        await RefusedAsync(RefusalKind.NotFound, () => Calls.Single(c => c.Name == name).Call(stage, stranger));
        Assert.DoesNotContain(await stage.Teams.ListAsync(stranger, default), t => t.Name == "shop");
        Assert.Empty(await stage.Apps.ListAsync(stranger, new AppQuery(), default));
        Assert.DoesNotContain(await stage.History.ListEventsAsync(stranger, new EventQuery(), default), e => e.Team == "shop");
    }

    [Fact]
    public async Task Env_values_are_for_deployers()
    {
        await using var stage = await StageAsync();
        var viewer = await stage.UserAsync("v@example.org", "shop", TeamRole.Viewer);
        await stage.Apps.PutAsync(Admin, "shop", "web", Spec(change: s => s with { Env = s.Env.Add("KEY", "hush-hush") }), Any, default);

        Assert.Equal("(hidden)", (await stage.Apps.GetAsync(viewer, "shop", "web", default)).Spec.Env["KEY"]);
        Assert.Equal("(hidden)", (await stage.Apps.ListRevisionsAsync(viewer, "shop", "web", default))[0].Spec.Env["KEY"]);
        Assert.DoesNotContain(await stage.History.ListEventsAsync(viewer, new EventQuery { Team = "shop" }, default), e => e.Message.Contains("hush-hush"));
        Assert.Equal("hush-hush", (await stage.Apps.GetAsync(Admin, "shop", "web", default)).Spec.Env["KEY"]);
    }

    private static async Task<RefusalKind?> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RefusedException refused)
        {
            return refused.Kind;
        }
    }

    private async Task<ServiceStage> StageAsync()
    {
        var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Teams.PutAsync(Admin, "shop", null, new Quota(), default);
        await stage.Apps.PutAsync(Admin, "shop", "web", Spec(), Any, default);
        await stage.HostAsync("h1");
        await stage.UserAsync("other@example.org");
        return stage;
    }
}
