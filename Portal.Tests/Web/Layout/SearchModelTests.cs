using System.Collections.Immutable;
using Portal.Components.Layout;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Layout;

public sealed class SearchModelTests
{
    private static readonly LiveSnapshot Snapshot = new()
    {
        Apps = new[] { "web", "my-web", "worker", "rewebbed" }.Select(n => Given.App(n)).ToImmutableDictionary(a => a.Id),
        Hosts = new[] { Given.Host("web-host") }.ToImmutableDictionary(h => h.Id),
    };

    [Theory]
    [InlineData("web", "web", 0)]
    [InlineData("worker", "wo", 1)]
    [InlineData("my-web", "we", 2)]
    [InlineData("rewebbed", "web", 3)]
    [InlineData("worker", "wkr", 4)]
    [InlineData("worker", "x", null)]
    public void Matches_are_ranked(string title, string text, int? rank) => Assert.Equal(rank, SearchModel.Rank(title, text));

    [Fact]
    public void The_best_of_each_kind_comes_first()
    {
        var model = new SearchModel(Snapshot, Given.Admin);
        model.Ask(" WEB ");
        Assert.Equal(["web", "my-web", "rewebbed"], model.Hits.Where(h => h.Kind == "Apps").Select(h => h.Title));
        Assert.Equal(["/hosts/web-host"], model.Hits.Where(h => h.Kind == "Hosts").Select(h => h.Href));
    }

    [Fact]
    public void Services_are_found_wherever_they_are_from()
    {
        var shop = new ServiceView { Name = "shop-api", Team = "default", TeamId = Given.Team("default"), App = "shop", Protocol = "tcp", Endpoints = [new EndpointView { Address = "10.0.0.1", Port = 80, Version = "1", Protocol = "tcp", Ready = true }] };
        var model = new SearchModel(Snapshot with { Services = [shop, shop with { Name = "orders-db", App = null, Endpoints = [] }] }, Given.Admin);
        Assert.DoesNotContain(model.Hits, h => h.Kind == "Services");
        model.Ask("api");
        var hit = Assert.Single(model.Hits, h => h.Kind == "Services");
        Assert.Equal(("shop-api", "default · of shop · 1 of 1 ready", "/addresses?service=default/shop-api"), (hit.Title, hit.More, hit.Href));
        model.Ask("orders");
        Assert.Equal("default · from outside · 0 of 0 ready", Assert.Single(model.Hits, h => h.Kind == "Services").More);
    }

    [Fact]
    public void Pages_are_found_by_their_name()
    {
        var model = new SearchModel(Snapshot, Given.Admin);
        model.Ask("deploys");
        Assert.Equal("/deploys", model.ChosenHit?.Href);
    }

    [Fact]
    public void The_choice_moves_and_stops_at_both_ends()
    {
        var model = new SearchModel(Snapshot, Given.Admin);
        model.Ask("web");
        model.Move(-1);
        Assert.Equal(model.Hits[0], model.ChosenHit);
        model.Move(100);
        Assert.Equal(model.Hits[^1], model.ChosenHit);
        model.Ask("nothing at all is called so");
        Assert.Null(model.ChosenHit);
    }

    [Fact]
    public void Only_administrators_are_offered_what_only_they_may()
    {
        string[] Offered(Actor actor) => [.. new SearchModel(Snapshot, actor).Hits.Where(h => h.Kind == "Actions").Select(h => h.Title)];
        Assert.Contains("Add host", Offered(Given.Admin));
        Assert.DoesNotContain("Add host", Offered(Given.Member("default", TeamRole.TeamAdmin)));
        Assert.DoesNotContain("Settings: users", Offered(Given.Member("default", TeamRole.TeamAdmin)));
    }
}
