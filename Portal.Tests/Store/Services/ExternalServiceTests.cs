using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Agents;
using Portal.Agents.Probes;
using Portal.Agents.Services;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Store.Embedded;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>Services from outside as the store keeps them, and what the keeper makes of them.</summary>
public sealed class ExternalServiceTests(StoreFixture fixture)
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private static readonly HealthSpec Tcp = new() { Kind = HealthKind.Tcp, Interval = TimeSpan.FromSeconds(5), Retries = 1 };

    private static ServiceRequest Beating(params string[] addresses) =>
        new("tcp", [.. addresses.Select(a => new RegisteredEndpoint(a, 5432, "16.2", 3))], Ttl, TimeSpan.FromMinutes(1), null);

    private static ServiceRequest Probed(string address, bool allowInside = false) => new("tcp", [new RegisteredEndpoint(address, 80)], null, null, Tcp, allowInside);

    [Fact]
    public async Task A_service_lives_by_its_heartbeats()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var services = stage.Get<IExternalServices>();
        var (made, created) = await services.PutAsync(Admin, "default", "db", Beating("10.1.1.1", "db.example.org"), default);
        Assert.True(created);
        Assert.Equal(("16.2", 3, true, Admin.Name), (made.Endpoints[0].Version, made.Endpoints[0].Weight, made.Endpoints[0].Ready, made.Endpoints[0].ObservedBy));

        stage.Clock.Ahead += Ttl;
        Assert.All((await services.GetAsync(Admin, "default", "db", default)).Endpoints, e => Assert.Equal((Health.Unhealthy, false), (e.Health, e.Ready)));
        Assert.All((await services.BeatAsync(Admin, "default", "db", default)).Endpoints, e => Assert.True(e.Ready));

        Assert.False((await services.PutAsync(Admin, "default", "db", Beating("10.1.1.1", "db.example.org"), default)).Created);
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM events WHERE kind LIKE 'Service%'"));
        await services.DeleteAsync(Admin, "default", "db", default);
        await RefusedAsync(RefusalKind.NotFound, () => services.BeatAsync(Admin, "default", "db", default));
    }

    [Fact]
    public async Task Its_name_is_no_apps_and_an_apps_name_is_not_its()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var services = stage.Get<IExternalServices>();
        AppRequest WithPorts(params string[] names) => Spec(change: s => s with { Ports = [.. names.Select((n, i) => new PortSpec(n, 80 + i, null, "tcp", false))] });
        await stage.Apps.PutAsync(Admin, "default", "web", WithPorts("http", "admin"), Any, default);

        foreach (var taken in new[] { "web", "web-http", "web-admin" })
        {
            Assert.Contains("of app web", (await RefusedAsync(RefusalKind.Conflict, () => services.PutAsync(Admin, "default", taken, Beating("10.1.1.1"), default))).Message, StringComparison.Ordinal);
        }
        await services.PutAsync(Admin, "default", "web-db", Beating("10.1.1.1"), default);
        await RefusedAsync(RefusalKind.Conflict, () => stage.Apps.PutAsync(Admin, "default", "web", WithPorts("http", "db"), Any, default));
        await RefusedAsync(RefusalKind.Conflict, () => stage.Apps.PutAsync(Admin, "default", "web-db", WithPorts("http"), Any, default));
    }

    [Fact]
    public async Task No_two_apps_of_a_team_have_a_service_of_one_name()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        AppRequest WithPorts(params string[] names) => Spec(change: s => s with { Ports = [.. names.Select((n, i) => new PortSpec(n, 80 + i, null, "tcp", false))] });
        await stage.Apps.PutAsync(Admin, "default", "web", WithPorts("http", "admin"), Any, default);

        var refused = await RefusedAsync(RefusalKind.Conflict, () => stage.Apps.PutAsync(Admin, "default", "web-admin", WithPorts("http"), Any, default));
        Assert.Equal("App web of team default has a service web-admin already, and the catalog would have two of that name; name this app or its port otherwise.", refused.Message);
        await stage.Apps.PutAsync(Admin, "default", "web-admin", WithPorts("http", "x"), Any, default);
        await stage.Teams.PutAsync(Admin, "other", null, new Quota(), default);
        await stage.Apps.PutAsync(Admin, "other", "web-admin", WithPorts("http"), Any, default);
        // From the other side: by a port more the first would take a name, and by one less the second.
        await stage.Apps.PutAsync(Admin, "default", "web-db", WithPorts("http"), Any, default);
        await RefusedAsync(RefusalKind.Conflict, () => stage.Apps.PutAsync(Admin, "default", "web", WithPorts("http", "db"), Any, default));
        await RefusedAsync(RefusalKind.Conflict, () => stage.Apps.PutAsync(Admin, "default", "web-admin", WithPorts("http"), Any, default));
        // What was let in before this was refused may still be changed otherwise.
        await stage.CountAsync("UPDATE apps SET spec = jsonb_set(spec, '{ports}', (spec->'ports') - 1) WHERE name = 'web-admin' AND team_id = (SELECT id FROM teams WHERE name = 'default') RETURNING 1");
        await stage.Apps.PutAsync(Admin, "default", "web", WithPorts("http", "admin"), Any, default);
        await stage.Apps.PutAsync(Admin, "default", "web-admin", Spec("nginx:1.28", change: s => s with { Ports = [new PortSpec("http", 80, null, "tcp", false)] }), Any, default);
    }

    [Fact]
    public async Task Only_deployers_register_and_only_administrators_let_Portal_ask_its_own_machine()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var services = stage.Get<IExternalServices>();
        var (viewer, deployer) = (await stage.UserAsync("v@example.org", "default", TeamRole.Viewer), await stage.UserAsync("d@example.org", "default"));
        await RefusedAsync(RefusalKind.Forbidden, () => services.PutAsync(viewer, "default", "db", Beating("10.1.1.1"), default));
        foreach (var inside in new[] { "127.0.0.1", "169.254.169.254", "::1" })
        {
            await RefusedAsync(RefusalKind.Unprocessable, () => services.PutAsync(deployer, "default", "db", Probed(inside), default));
        }
        await RefusedAsync(RefusalKind.Forbidden, () => services.PutAsync(deployer, "default", "db", Probed("127.0.0.1", allowInside: true), default));
        await services.PutAsync(Admin, "default", "db", Probed("127.0.0.1", allowInside: true), default);
        // What an administrator allowed is not inherited by whoever changes it.
        await RefusedAsync(RefusalKind.Unprocessable, () => services.PutAsync(deployer, "default", "db", Probed("127.0.0.1"), default));
        await services.PutAsync(deployer, "default", "db", Probed("10.1.1.1"), default);
        var faults = (await RefusedAsync(RefusalKind.Invalid, () => services.PutAsync(deployer, "default", "Db",
            new ServiceRequest("tcp", [new RegisteredEndpoint("no address", 0, Weight: 2000)], Ttl, null, Tcp), default))).Faults.Select(f => f.Path);
        Assert.Equal(["endpoints[0].address", "endpoints[0].port", "endpoints[0].weight", "name", "ttl"], faults.Order());
    }

    [Fact]
    public async Task The_keeper_tells_the_end_of_heartbeats_once_and_removes_what_stays_silent()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var services = stage.Get<IExternalServices>();
        await services.PutAsync(Admin, "default", "db", Beating("10.1.1.1"), default);
        await using var keeper = await Keeper.StartAsync(stage, new Answers());

        stage.Clock.Ahead += Ttl;
        await stage.ComesAsync(1, "SELECT count(*) FROM events WHERE kind = 'ServiceExpired'");
        await services.BeatAsync(Admin, "default", "db", default);
        await keeper.LookAsync();
        await stage.ComesAsync(1, "SELECT count(*) FROM events WHERE kind = 'ServiceBack'");
        stage.Clock.Ahead += Ttl;
        await stage.ComesAsync(2, "SELECT count(*) FROM events WHERE kind = 'ServiceExpired'");
        stage.Clock.Ahead += TimeSpan.FromMinutes(1);
        await stage.ComesAsync(0, "SELECT count(*) FROM services");
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM events WHERE kind = 'ServiceRemoved'"));
    }

    [Fact]
    public async Task What_is_probed_is_as_the_last_probe_says_and_unknown_without_a_keeper()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var services = stage.Get<IExternalServices>();
        var answers = new Answers();
        await services.PutAsync(Admin, "default", "db", Probed("10.1.1.1"), default);
        Assert.Equal(Health.Unknown, (await services.GetAsync(Admin, "default", "db", default)).Endpoints[0].Health);

        await using (await Keeper.StartAsync(stage, answers))
        {
            await stage.ComesAsync(1, "SELECT count(*) FROM events WHERE kind = 'EndpointHealthy'");
            var seen = (await services.GetAsync(Admin, "default", "db", default)).Endpoints[0];
            Assert.Equal((Health.Healthy, true, "keeper/1"), (seen.Health, seen.Ready, seen.ObservedBy));
            answers.Outcome = ProbeOutcome.Failed;
            stage.Clock.Ahead += TimeSpan.FromSeconds(6);
            await stage.ComesAsync(1, "SELECT count(*) FROM events WHERE kind = 'EndpointUnhealthy'");
            Assert.False((await services.GetAsync(Admin, "default", "db", default)).Endpoints[0].Ready);
        }
        Assert.Equal(Health.Unknown, (await services.GetAsync(Admin, "default", "db", default)).Endpoints[0].Health);
    }

    [Theory]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("localhost", false, false)]
    [InlineData("localhost", true, true)]
    [InlineData("10.1.1.1", false, true)]
    [InlineData("name.invalid", false, false)]
    public async Task A_name_that_leads_inside_is_not_asked(string address, bool allowsInside, bool asked)
    {
        var answers = new Answers();

        var answer = await new GuardedProbe(answers, TimeProvider.System).AskAsync(new RegisteredEndpoint(address, 80), Tcp with { Timeout = TimeSpan.FromSeconds(5) }, allowsInside, TestContext.Current.CancellationToken);

        Assert.Equal(asked, answer.Outcome == ProbeOutcome.Passed);
        Assert.Equal(asked ? 1 : 0, answers.Asked);
    }

    private sealed class Answers : IProbe
    {
        private int _asked;
        public int Asked => _asked;
        public ProbeOutcome Outcome { get; set; } = ProbeOutcome.Passed;

        public Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult(new ProbeAnswer(Outcome, TimeSpan.Zero, Outcome == ProbeOutcome.Passed ? "" : "it said no"));
        }
    }

    /// <summary>A keeper of services that runs.</summary>
    private sealed class Keeper(ServiceKeeper keeper, INoticeBus notices) : IAsyncDisposable
    {
        public static async Task<Keeper> StartAsync(ServiceStage stage, IProbe probe)
        {
            var (source, notices) = (stage.Get<NpgsqlDataSource>(), stage.Get<INoticeBus>());
            var keeper = new ServiceKeeper(new LeaseStore(source), notices, new ServiceFindings(source, notices, stage.Clock), new GuardedProbe(probe, stage.Clock), new AgentIdentity("keeper/1"), stage.Clock, NullLogger<ServiceKeeper>.Instance);
            await keeper.StartAsync(default);
            return new Keeper(keeper, notices);
        }

        public Task LookAsync()
        {
            notices.Committed(new Notice { Services = true });
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await keeper.StopAsync(default);
            keeper.Dispose();
        }
    }
}

internal static class StageWaits
{
    /// <summary>Waits until a count is so large.</summary>
    public static Task ComesAsync(this ServiceStage stage, int count, string sql) => Eventually.HoldsAsync(async () => await stage.CountAsync(sql) == count, $"{sql} gives {count}");
}
