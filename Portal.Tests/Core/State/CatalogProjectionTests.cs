using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Core.State;

public sealed class CatalogProjectionTests
{
    private static readonly InstancePort Http = new("http", 80, 32768, "tcp");
    private static readonly HostId H1 = new(Guid.NewGuid());

    private static AppView App(params string[] ports)
    {
        var app = Given.App("web");
        return app with { Spec = app.Spec with { Ports = [.. ports.Select((p, i) => new PortSpec(p, 80 + i, null, "tcp", false))] } };
    }

    private static InstanceView Instance(AppView app, InstanceState state, bool ready = true, DesiredState desired = DesiredState.Run) =>
        Given.Instance(app, 1, "h1", state) with { HostId = H1, Address = "10.0.0.1", Ports = [Http], Ready = ready, Health = Health.Healthy, Desired = desired, VersionLabel = "1.4", Weight = 7, ObservedBy = "agent/1" };

    [Theory]
    [InlineData(InstanceState.Running, true, true, Health.Healthy)]
    [InlineData(InstanceState.Running, false, false, Health.Healthy)]
    [InlineData(InstanceState.Unknown, true, false, Health.Unknown)]
    public void What_runs_is_there_and_only_what_surely_serves_is_ready(InstanceState state, bool ready, bool expected, Health health)
    {
        var app = App("http");

        var endpoint = CatalogProjection.Of(app, [Instance(app, state, ready)]).Single().Endpoints.Single();

        Assert.Equal((expected, health, 32768, "1.4", 7, "agent/1"), (endpoint.Ready, endpoint.Health, endpoint.Port, endpoint.VersionLabel, endpoint.Weight, endpoint.ObservedBy));
    }

    [Theory]
    [InlineData(InstanceState.Stopping, DesiredState.Stop)]
    [InlineData(InstanceState.Running, DesiredState.Stop)]
    [InlineData(InstanceState.Unknown, DesiredState.Stop)]
    [InlineData(InstanceState.Starting, DesiredState.Run)]
    [InlineData(InstanceState.Failed, DesiredState.Run)]
    [InlineData(InstanceState.Pending, DesiredState.Run)]
    public void What_stops_or_does_not_run_is_out(InstanceState state, DesiredState desired)
    {
        var app = App("http");

        Assert.Empty(CatalogProjection.Of(app, [Instance(app, state, desired: desired)]).Single().Endpoints);
    }

    [Fact]
    public void A_port_makes_a_service_named_after_the_app_and_where_there_are_several_after_the_port_too()
    {
        Assert.Equal(["web"], CatalogProjection.Of(App("http"), []).Select(s => s.Name));
        Assert.Equal(["web-http", "web-admin"], CatalogProjection.Of(App("http", "admin"), []).Select(s => s.Name));
        Assert.Empty(CatalogProjection.Of(App("http") with { Deleting = true }, []));
        Assert.Equal(["web-http-x", "web", "web-http"], CatalogProjection.AppsThatMayHave("web-http-x"));
    }

    [Fact]
    public void Of_a_host_that_no_agent_speaks_of_nothing_is_known()
    {
        var app = App("http");
        var service = CatalogProjection.Of(app, [Instance(app, InstanceState.Running)]).Single();
        var host = Given.Host("h1") with { Id = H1, Grace = TimeSpan.FromSeconds(15), LastSeenAt = Given.Now };

        Assert.Empty(CatalogProjection.Unheard([host, host with { LastSeenAt = null }], Given.Now.AddSeconds(45)));
        var unheard = CatalogProjection.Unheard([host], Given.Now.AddSeconds(46));
        var endpoint = CatalogProjection.WithoutWordOf(service, unheard).Endpoints.Single();

        Assert.Equal((false, Health.Unknown), (endpoint.Ready, endpoint.Health));
        Assert.Same(service, CatalogProjection.WithoutWordOf(service, []));
        Assert.Same(service, CatalogProjection.WithoutWordOf(service, [new HostId(Guid.NewGuid())]));
    }
}
