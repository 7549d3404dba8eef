using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Services;
using Portal.Tests.Store;

namespace Portal.Tests.Store.Services;

public sealed class HealthTrialTests(StoreFixture fixture)
{
    private static readonly HealthSpec s_http = new() { Kind = HealthKind.Http, Port = "web", Path = "/up" };

    private static async Task<(InstanceId First, InstanceId Second)> RunAsync(ServiceStage stage, HealthSpec policy)
    {
        var app = (await stage.Apps.PutAsync(ServiceStage.Admin, "default", "web", ServiceStage.Spec(change: s => s with { Health = policy, Ports = [new PortSpec("web", 80)] }), ServiceStage.Any, default)).App;
        var host = await stage.HostAsync("h1");
        var ids = (await stage.InstanceAsync(app, 1, host), await stage.InstanceAsync(app, 2, host));
        await stage.CountAsync("""UPDATE observations SET ports = '[{"Name":"web","ContainerPort":80,"HostPort":32768,"Protocol":"tcp"}]' RETURNING 1""");
        await stage.CountAsync("UPDATE observations SET ready_since = NULL WHERE container_id = 'c1' RETURNING 1");
        return ids;
    }

    [Fact]
    public async Task A_ready_instance_is_asked_by_the_apps_own_policy_unless_told_otherwise()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (first, second) = await RunAsync(stage, s_http);
        var (trial, probe) = (stage.Get<IHealthTrial>(), stage.Get<FakeInstanceProbe>());

        var tried = await trial.TryAsync(ServiceStage.Admin, "default", "web", null, null, default);
        Assert.Equal(new HealthTry(second, 2, "h1", "h1.example:32768", true, TimeSpan.FromMilliseconds(12), "answered 200"), tried);
        Assert.Equal(s_http, probe.Asked[0].Policy);
        Assert.Equal((32768, "c2"), (probe.Asked[0].Place.Port, probe.Asked[0].Place.ContainerId));

        probe.Answer = new ProbeAnswer(ProbeOutcome.Failed, default, "answered 503");
        tried = await trial.TryAsync(ServiceStage.Admin, "default", "web", s_http with { Kind = HealthKind.Tcp }, first, default);
        Assert.Equal((first, false, "answered 503"), (tried.Instance, tried.Ok, tried.Answer));
        Assert.Equal(HealthKind.Tcp, probe.Asked[1].Policy.Kind);

        tried = await trial.TryAsync(ServiceStage.Admin, "default", "web", new HealthSpec { Kind = HealthKind.Command, Command = ["true"] }, first, default);
        Assert.Null(tried.Address);
        Assert.Equal(0, probe.Asked[2].Place.Port);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_with_the_reason()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (first, _) = await RunAsync(stage, new HealthSpec());
        var trial = stage.Get<IHealthTrial>();
        Task<RefusedException> Refused(RefusalKind kind, HealthSpec? policy, InstanceId? instance = null, Actor? actor = null) =>
            ServiceStage.RefusedAsync(kind, () => trial.TryAsync(actor ?? ServiceStage.Admin, "default", "web", policy, instance, default));

        Assert.Contains("Nothing checks", (await Refused(RefusalKind.Unprocessable, null)).Message, StringComparison.Ordinal);
        Assert.Contains("no tcp port named http", (await Refused(RefusalKind.Unprocessable, s_http with { Port = null })).Message, StringComparison.Ordinal);
        await Refused(RefusalKind.NotFound, s_http, new InstanceId(Guid.NewGuid()));
        await stage.CountAsync("UPDATE observations SET state = 'Starting' WHERE container_id = 'c1' RETURNING 1");
        Assert.Contains("does not run: it is Starting", (await Refused(RefusalKind.Unprocessable, s_http, first)).Message, StringComparison.Ordinal);
        await stage.CountAsync("UPDATE observations SET state = 'Failed' RETURNING 1");
        Assert.Equal("No instance of it runs.", (await Refused(RefusalKind.Unprocessable, s_http)).Message);
        Assert.Empty(stage.Get<FakeInstanceProbe>().Asked);

        await Refused(RefusalKind.Forbidden, s_http, actor: await stage.UserAsync("viewer@example.org", "default", TeamRole.Viewer));
        await Refused(RefusalKind.NotFound, s_http, actor: await stage.UserAsync("stranger@example.org"));
    }
}
