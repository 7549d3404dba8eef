using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class AppPageModelTests
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 3);

    [Fact]
    public void An_absent_app_is_told_from_a_deleted_one()
    {
        var model = new AppPageModel("shop", "web");
        model.Apply(Given.Snapshot([Given.App("web", "office")]));
        Assert.Null(model.App);
        Assert.Contains("There is no app web in team shop", model.Absence);
        model.Apply(Given.Snapshot([Web]));
        Assert.Equal(Web, model.App);
        model.Apply(Given.Snapshot([]));
        Assert.Equal("web was deleted.", model.Absence);
    }

    [Theory]
    [InlineData("a", InstanceState.Running, "container 7", "Replica 1, its 7th container")]
    [InlineData(null, InstanceState.Pending, "not started yet", "Replica 1, not started yet")]
    [InlineData(null, InstanceState.Stopped, "never started", "Replica 1, never started")]
    public void Only_what_was_started_has_a_container(string? host, InstanceState state, string expected, string title)
    {
        var instance = Given.Instance(Web, 1, host, state, epoch: 7);
        instance = host is null ? instance with { StartedAt = null, EndedAt = state == InstanceState.Stopped ? Given.Now : null } : instance;
        Assert.Equal((expected, title), (AppPageModel.ContainerOf(instance), AppPageModel.TitleOf(instance)));
    }

    [Fact]
    public void Old_and_new_stand_apart_and_empty_slots_have_a_block()
    {
        var model = new AppPageModel("shop", "web");
        model.Apply(Given.Snapshot([Web with { Revision = 2 }], null,
        [
            Given.Instance(Web, 1, "a", revision: 2, epoch: 2),
            Given.Instance(Web, 2, "a"),
            Given.Instance(Web, 2, "b", InstanceState.Starting, 2, 2),
            Given.Instance(Web, 4, "b") with { Desired = DesiredState.Stop },
        ]));
        Assert.Equal([(1, 2L), (2, 2L), (3, null)], model.Staying.Select(b => (b.Slot, b.Instance?.Epoch)));
        Assert.Equal([(2, 1L), (4, 1L)], model.Leaving.Select(b => (b.Slot, b.Instance!.Epoch)));
    }

    [Fact]
    public void What_a_change_has_not_reached_yet_stands_with_the_old()
    {
        var model = new AppPageModel("shop", "web");
        model.Apply(Given.Snapshot([Web with { Revision = 2 }], null, [Given.Instance(Web, 1, "a", revision: 2, epoch: 2), Given.Instance(Web, 2, "a"), Given.Instance(Web, 3, "b")]));
        Assert.Equal([1], model.Staying.Select(b => b.Slot));
        Assert.Equal([2, 3], model.Leaving.Select(b => b.Slot));
    }

    [Fact]
    public void While_a_rollout_goes_back_what_comes_back_stays()
    {
        var model = new AppPageModel("shop", "web");
        var back = Given.Rollout(2, RolloutStatus.RollingBack) with { Outcome = RolloutStatus.RolledBack };
        model.Apply(Given.Snapshot([Web with { Revision = 2, Rollout = new RolloutView(back), RolloutGeneration = 2 }], null,
        [
            Given.Instance(Web, 1, "a"),
            Given.Instance(Web, 1, "b", InstanceState.Failed, 2, 2),
            Given.Instance(Web, 2, "a"),
            Given.Instance(Web, 3, "b", revision: 2, epoch: 2),
        ]));
        Assert.Equal([(1, 1), (2, 1)], model.Staying.Select(b => (b.Slot, b.Instance!.Revision)));
        Assert.Equal([(1, 2), (3, 2)], model.Leaving.Select(b => (b.Slot, b.Instance!.Revision)));
    }

    [Fact]
    public void A_restart_parts_by_what_took_a_slot_over()
    {
        var model = new AppPageModel("shop", "web");
        model.Apply(Given.Snapshot([Web], null, [Given.Instance(Web, 1, "a"), Given.Instance(Web, 1, "a", InstanceState.Starting, epoch: 2), Given.Instance(Web, 2, "a"), Given.Instance(Web, 3, "b")]));
        Assert.Equal([(1, 2L), (2, 1L), (3, 1L)], model.Staying.Select(b => (b.Slot, b.Instance!.Epoch)));
        Assert.Equal([(1, 1L)], model.Leaving.Select(b => (b.Slot, b.Instance!.Epoch)));
    }

    [Fact]
    public void A_stopped_app_misses_no_slot()
    {
        var model = new AppPageModel("shop", "web");
        model.Apply(Given.Snapshot([Web with { Stopped = true, Status = AppStatus.Stopped }]));
        Assert.Empty(model.Staying);
        Assert.Equal("Stopped on purpose; its data stays.", model.Sentence);
    }

    [Fact]
    public void A_lost_hosts_endpoints_are_not_offered()
    {
        var model = new AppPageModel("shop", "web");
        model.Apply(Given.Snapshot([Web], null,
        [
            Given.Instance(Web, 1, "a", InstanceState.Unknown) with { Ports = [new InstancePort("http", 80, 4000, "tcp")] },
            Given.Instance(Web, 2, "b") with { Ready = false },
            Given.Instance(Web, 3, "b") with { Address = "fd00::1" },
        ]));
        Assert.Equal(["http://[fd00::1]:32771", "http://b.example.org:32770"], model.Endpoints.Select(e => e.Link));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?tab=config")]
    [InlineData("?tab=instances&instance=5f0c8f4e-3c5e-4b6f-9a34-5d9f00000001&ended=true")]
    [InlineData("?tab=deploys&a=3&b=5")]
    [InlineData("?tab=events&severity=warning&q=crash")]
    public void The_url_restores_the_tab_and_what_is_open(string query)
    {
        Assert.Equal(query, QueryText.Write(AppPlace.Read(QueryText.Read(query)).Write()));
    }

    [Theory]
    [InlineData(1, "Replica 3, its 1st container")]
    [InlineData(2, "Replica 3, its 2nd container")]
    [InlineData(7, "Replica 3, its 7th container")]
    [InlineData(12, "Replica 3, its 12th container")]
    [InlineData(23, "Replica 3, its 23rd container")]
    public void An_instance_says_which_it_is(long epoch, string title)
    {
        Assert.Equal(title, AppPageModel.TitleOf(Given.Instance(Web, 3, "a", epoch: epoch)));
    }
}
