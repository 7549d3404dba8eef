using System.Collections.Immutable;
using Bunit;
using Portal.Components.Pages.Addresses;
using Portal.Components.Pages.Events;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Addresses;

public sealed class AddressesTests : PageContext
{
    private static readonly AppView Web = Given.App("web", replicas: 2);

    private static EndpointView Endpoint(int port, bool ready, Health health = Health.None) =>
        new() { Address = "10.0.0.1", Port = port, Version = "3", VersionLabel = "1.4", Health = health, Ready = ready, Host = "h1", Instance = InstanceId.Of(Web.Id, port, 1), ObservedAt = Given.Now, ObservedBy = "agent/1" };

    private static ServiceView Service(string name, params EndpointView[] endpoints) =>
        new() { Name = name, Team = Web.Team, TeamId = Web.TeamId, App = name, AppId = Web.Id, Protocol = "tcp", Endpoints = [.. endpoints] };

    private static LiveSnapshot Snapshot(params ServiceView[] services) =>
        Given.Snapshot([Web], [Given.Host("h1"), Given.Host("h2")], [Given.Instance(Web, 1, "h1"), Given.Instance(Web, 2, "h1")]) with { Services = [.. services] };

    [Fact]
    public void A_service_stands_as_its_endpoints_do()
    {
        string WordOf(params EndpointView[] endpoints) => new AddressRow(Service("web", endpoints)).Look.Word;
        Assert.Equal("No endpoint", WordOf());
        Assert.Equal("All ready", WordOf(Endpoint(1, true)));
        Assert.Equal("All healthy", WordOf(Endpoint(1, true, Health.Healthy)));
        Assert.Equal("1 of 2 ready", WordOf(Endpoint(1, true), Endpoint(2, false)));
        Assert.Equal("Unknown", WordOf(Endpoint(1, false, Health.Unknown)));
        Assert.Equal("None ready", WordOf(Endpoint(1, false, Health.Unhealthy), Endpoint(2, false, Health.Unknown)));
    }

    [Fact]
    public void The_list_shows_what_is_there_and_what_dies_leaves_it()
    {
        Live.Set(Snapshot(Service("web", Endpoint(81, true), Endpoint(82, true)), Service("idle")));
        var page = Open<AddressesPage>("/addresses?state=Ready");
        Assert.Equal(["10.0.0.1:81", "10.0.0.1:82"], page.FindAll("tbody code").Select(c => c.TextContent));
        Live.Set(Snapshot(Service("web", Endpoint(82, true)), Service("idle")));
        page.WaitForAssertion(() => Assert.Equal(["10.0.0.1:82"], page.FindAll("tbody code").Select(c => c.TextContent)), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void The_drawer_says_when_and_by_whom_each_endpoint_was_observed()
    {
        Live.Set(Snapshot(Service("web", Endpoint(81, true))));
        var drawer = Open<AddressesPage>("/addresses?service=default/web").Find("dialog.drawer").TextContent;
        Assert.Contains("1.4 (revision 3)", drawer, StringComparison.Ordinal);
        Assert.Contains("by agent/1", drawer, StringComparison.Ordinal);
        Assert.Contains("curl http://10.0.0.1:81/", drawer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_tells_every_fault_and_registers()
    {
        var services = new FakeExternalServices(Live);
        Live.Set(Given.Snapshot([]));
        var form = new ServiceForm(services, Given.Admin) { Name = "db", Kept = "http", Path = "ready", Interval = "soon", Endpoints = "10.0.0.5:5432 16.2 weight=2\nnowhere" };
        Assert.False(await form.SaveAsync(default));
        Assert.Equal(["endpoints[1]", "interval", "path"], form.Faults.Faults.Select(f => f.Path).Order());
        (form.Path, form.Interval, form.Endpoints) = ("/ready", "5s", "10.0.0.5:5432 16.2 weight=2\n[fd12::1]:80");
        Assert.True(await form.SaveAsync(default));
        var made = Live.Current.Services.Single();
        Assert.Equal([("10.0.0.5", 5432, "16.2", 2), ("fd12::1", 80, "", 1)], made.Endpoints.Select(e => (e.Address, e.Port, e.Version, e.Weight)));
        Assert.Equal("10.0.0.5:5432 16.2 weight=2\n[fd12::1]:80", ServiceForm.Of(services, Given.Admin, made).Endpoints);
    }

    [Fact]
    public void Only_what_changed_is_told_of_a_graph()
    {
        var before = Topology.Of(Snapshot(Service("web", Endpoint(81, true))), []);
        Assert.Equal(["a:default/web", "h:h1", "h:h2", "s:default/web"], before.Nodes.Keys);
        Assert.Equal(["×2", ""], before.Edges.Values.Select(e => e.Label));
        Assert.True(before.Since(before).IsEmpty);
        Assert.Equal(6, before.Since(Topology.Empty) is var all ? all.Nodes.Length + all.Edges.Length : 0);

        var snapshot = Snapshot(Service("web", Endpoint(81, false)));
        var change = Topology.Of(snapshot with { Hosts = snapshot.Hosts.RemoveRange(snapshot.Hosts.Values.Where(h => h.Name == "h2").Select(h => h.Id)) }, []).Since(before);
        Assert.Equal(["s:default/web"], change.Nodes.Select(n => n.Id));
        Assert.Equal(["h:h2"], change.Gone);
        Assert.DoesNotContain("a:default/web", Topology.Of(snapshot, ["Failed"]).Nodes.Keys);
    }

    [Fact]
    public void Events_are_listed_narrowed_and_can_be_fetched()
    {
        History.Events = [Given.Event(1, "web was scaled", app: "web", kind: "AppScaled"), Given.Event(2, "h1 was cordoned", host: "h1", kind: "HostCordoned")];
        Live.Set(Snapshot());
        var page = Open<EventsPage>("/events?about=hosts");
        Assert.Equal(["h1 was cordoned"], page.FindAll(".timeline .what").Select(e => e.TextContent));
        Assert.Contains("kept for 30 days", page.Markup, StringComparison.Ordinal);
        Assert.Contains("/incident?from=", page.Find(".timeline .when a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("kind=Host", page.Find(".downloads a").GetAttribute("href"), StringComparison.Ordinal);
    }
}
