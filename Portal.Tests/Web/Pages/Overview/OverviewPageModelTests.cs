using System.Collections.Immutable;
using Portal.Components.Pages.Overview;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Overview;

public sealed class OverviewPageModelTests
{
    private static OverviewPageModel Model(LiveSnapshot snapshot, Actor? actor = null)
    {
        var model = new OverviewPageModel();
        model.Apply(snapshot.For(actor ?? Given.Admin), actor ?? Given.Admin);
        return model;
    }

    private static ImmutableArray<Attention> AttentionOf(LiveSnapshot snapshot) => Attention.ListOf(snapshot, Given.Now);

    [Fact]
    public void What_is_worst_comes_first_and_leads_to_its_cause()
    {
        var found = AttentionOf(Given.Snapshot(
            [
                Given.App("fine"),
                Given.App("less", status: AppStatus.Degraded, replicas: 3),
                Given.App("none", status: AppStatus.Pending),
                Given.App("leaving", status: AppStatus.Failed) with { Deleting = true },
            ],
            [Given.Host("lost", Reachability.Unreachable), Given.Host("full", reservedMemory: 8L << 30), Given.Host("well")]));
        Assert.Equal(
            [("lost", "/hosts/lost"), ("default/none", "/apps/default/none?tab=instances"), ("default/less", "/apps/default/less?tab=instances"), ("full", "/hosts/full")],
            found.Select(a => (a.What, a.Href)));
        Assert.Equal("Its engine does not answer. Last seen 40 s ago.", found[0].Sentence);
        Assert.Equal("2 of 3 are ready.", found[2].Sentence);
        Assert.Equal("100 % of its memory is reserved: 3 CPUs, 0 B free.", found[3].Sentence);
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(5, "Its client certificate expires in 5 days.")]
    [InlineData(-1, "Its client certificate has expired.")]
    public void A_certificate_that_runs_out_is_said_in_time(int days, string? sentence)
    {
        var found = AttentionOf(Given.Snapshot([], [Given.Host("a") with { CertificateExpiresAt = Given.Now.AddDays(days) }]));
        Assert.Equal(sentence, found.SingleOrDefault()?.Sentence);
    }

    [Theory]
    [InlineData(RolloutStatus.RolledBack, 2, 1, "Rolled back")]
    [InlineData(RolloutStatus.Failed, 2, 23, "Rollout failed")]
    [InlineData(RolloutStatus.RolledBack, 2, 25, null)]
    [InlineData(RolloutStatus.RolledBack, 3, 1, null)]
    [InlineData(RolloutStatus.Cancelled, 2, 1, null)]
    [InlineData(RolloutStatus.Succeeded, 2, 1, null)]
    public void A_rollout_that_went_wrong_is_told_for_a_day_unless_another_was_asked_for(RolloutStatus status, long asked, int hours, string? state)
    {
        var rollout = Given.Rollout(2, status, "web.1 on a: exit code 3") with { EndedAt = Given.Now.AddHours(-hours) };
        var found = AttentionOf(Given.Snapshot([Given.App("web") with { Rollout = new RolloutView(rollout), RolloutGeneration = asked }])).SingleOrDefault();
        Assert.Equal(state, found?.State);
        Assert.True(found is null || (found.Href == "/apps/default/web?tab=deploys" && found.Sentence.Contains("exit code 3", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(AppStatus.Failed, new[] { "Rollout failed" })]
    [InlineData(AppStatus.Degraded, new[] { "Rollout failed", "Degraded" })]
    public void An_app_that_failed_with_its_rollout_is_told_once(AppStatus status, string[] states)
    {
        var rollout = new RolloutView(Given.Rollout(2, RolloutStatus.Failed) with { EndedAt = Given.Now });
        Assert.Equal(states, AttentionOf(Given.Snapshot([Given.App("web", status: status) with { Rollout = rollout, RolloutGeneration = 2 }])).Select(a => a.State));
    }

    [Fact]
    public void A_cordoned_host_may_be_full() =>
        Assert.Empty(AttentionOf(Given.Snapshot([], [Given.Host("a", reservedCpus: 4) with { Availability = Availability.Cordoned }])));

    [Fact]
    public void A_member_sees_the_teams_apps_and_no_host_map()
    {
        var snapshot = Given.Snapshot([Given.App("web", "shop"), Given.App("mail", "office")], [Given.Host("a")]);
        var model = Model(snapshot, Given.Member("shop", TeamRole.Viewer));
        Assert.Equal(["web"], model.MyApps.Select(r => r.App.Name));
        Assert.Empty(model.Hosts);
        Assert.Single(Model(snapshot).Hosts);
        Assert.Empty(Model(snapshot).MyApps);
    }

    [Fact]
    public void Too_many_instances_are_counted_instead_of_drawn()
    {
        var app = Given.App("web", replicas: OverviewPageModel.BlocksAtMost + 1);
        IEnumerable<InstanceView> Instances(int count) => Enumerable.Range(1, count).Select(slot => Given.Instance(app, slot, "a", slot == 1 ? InstanceState.Failed : InstanceState.Running));
        var few = Model(Given.Snapshot([app], [Given.Host("a")], Instances(OverviewPageModel.BlocksAtMost))).Hosts.Single();
        Assert.Equal((OverviewPageModel.BlocksAtMost, 0), (few.Blocks.Length, few.Counts.Length));
        var many = Model(Given.Snapshot([app], [Given.Host("a")], Instances(OverviewPageModel.BlocksAtMost + 1))).Hosts.Single();
        Assert.Empty(many.Blocks);
        Assert.Equal([(InstanceState.Running, OverviewPageModel.BlocksAtMost), (InstanceState.Failed, 1)], many.Counts);
    }

    [Fact]
    public void Nothing_set_up_is_empty() => Assert.True(Model(Given.Snapshot([])).IsEmpty);
}
