using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

public sealed class HostPlannerTests
{
    private static string[] Plan(HostSituation situation) => [.. HostPlanner.Plan(situation, Given.Now).Select(o => o.Describe())];

    [Fact]
    public void A_new_instance_is_created_once_its_network_and_image_are_there()
    {
        var wanted = Given.Wanted();
        var bare = Given.Situation([wanted]) with { Networks = new Dictionary<string, TeamNetwork>(), Images = new Dictionary<string, DateTimeOffset?>() };

        Assert.Equal(["Make the network portal.team.01234567 of team team.", "Pull the image nginx:1."], Plan(bare));
        Assert.Equal(["Create and start web.1 from nginx:1 as portal.team.web.1.1.01234567."], Plan(Given.Situation([wanted])));
    }

    [Fact]
    public void Instances_on_the_hosts_network_need_no_network()
    {
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Network = "host" });

        Assert.Single(Plan(Given.Situation([wanted]) with { Networks = new Dictionary<string, TeamNetwork>() }));
    }

    [Theory]
    [InlineData("running", new string[0])]
    [InlineData("restarting", new string[0])]
    [InlineData("paused", new string[0])]
    [InlineData("exited", new string[0])]
    [InlineData("dead", new string[0])]
    [InlineData("created", new[] { "Start web.1, whose container was created and not started." })]
    public void What_is_done_for_a_container_that_is_there(string state, string[] expected)
    {
        var wanted = Given.Wanted();

        Assert.Equal(expected, Plan(Given.Situation([wanted], Given.Container(wanted, state))));
    }

    [Theory]
    [InlineData("running", "Stop and remove the container portal.team.web.1.1.01234567: scaled down.")]
    [InlineData("exited", "Remove the container portal.team.web.1.1.01234567: scaled down.")]
    [InlineData("created", "Remove the container portal.team.web.1.1.01234567: scaled down.")]
    [InlineData("removing", null)]
    public void An_instance_that_is_to_stop_loses_its_container(string state, string? expected)
    {
        var wanted = Given.Wanted(desired: DesiredState.Stop);

        Assert.Equal(expected is null ? [] : [expected], Plan(Given.Situation([wanted], Given.Container(wanted, state))));
    }

    [Theory]
    [InlineData("running", 0.9, false)]
    [InlineData("running", 1.0, true)]
    [InlineData("exited", 0.1, true)]
    public void What_served_runs_on_until_callers_have_turned_away(string state, double secondsAgo, bool goes)
    {
        var wanted = Given.Wanted(desired: DesiredState.Stop);
        var situation = Given.Situation([wanted], Given.Container(wanted, state)).Remembering(wanted, m => m with { LeavingSince = Given.Now.AddSeconds(-secondsAgo) });

        Assert.Equal(goes, Plan(situation).Length == 1);
    }

    [Fact]
    public void A_container_that_was_once_seen_is_never_made_again()
    {
        var wanted = Given.Wanted();
        var situation = Given.Situation([wanted]).Remembering(wanted, m => m with { Observation = m.Observation with { ContainerId = "c1" } });

        Assert.Empty(Plan(situation));
    }

    [Fact]
    public void A_taken_name_is_left_alone()
    {
        var wanted = Given.Wanted();

        Assert.Empty(Plan(Given.Situation([wanted]).Remembering(wanted, m => m with { NameTakenBy = "another" })));
    }

    [Fact]
    public void What_is_under_way_is_not_begun_again()
    {
        var wanted = Given.Wanted();

        Assert.Empty(Plan(Given.Situation([wanted]) with { UnderWay = new HashSet<string> { Operation.KeyOf(wanted.Id) } }));
    }

    [Fact]
    public void A_trouble_is_tried_again_when_it_is_due()
    {
        var wanted = Given.Wanted();
        HostSituation With(DateTimeOffset due) => Given.Situation([wanted]).Remembering(wanted, m => m with { Trouble = new Trouble(Given.Now, 1, due, "no space", true) });

        Assert.Empty(Plan(With(Given.Now.AddSeconds(1))));
        Assert.Single(Plan(With(Given.Now)));
    }

    [Fact]
    public void Surplus_goes_and_what_is_not_known_to_be_surplus_stays()
    {
        var (gone, unknown) = (Given.Wanted(7), Given.Wanted(8));
        var situation = Given.Situation([], Given.Container(gone, id: "a"), Given.Container(unknown, id: "b")) with { Surplus = new HashSet<string> { "a" } };

        Assert.Equal(["Stop and remove the container portal.team.web.7.1.01234567: no assignment names it."], Plan(situation));
    }

    [Fact]
    public void Of_two_containers_of_an_instance_the_one_named_as_it_should_be_stays()
    {
        var wanted = Given.Wanted();
        var situation = Given.Situation([wanted], Given.Container(wanted, id: "a", name: "renamed"), Given.Container(wanted, id: "b"));

        Assert.Equal(["Stop and remove the container renamed: its instance has another container."], Plan(situation));
    }

    [Fact]
    public void An_unhealthy_instance_is_restarted_not_quicker_than_it_can_fall_ill()
    {
        var health = new HealthSpec { Kind = HealthKind.Command, Command = ["true"], Interval = TimeSpan.FromSeconds(2), Retries = 3 };
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Health = health });
        HostSituation After(double seconds) => Given.Situation([wanted], Given.Container(wanted)).Remembering(wanted, m => m with
        {
            RestartedAt = Given.Now - TimeSpan.FromSeconds(seconds),
            Observation = m.Observation with { Health = Health.Unhealthy, Reason = "unhealthy" },
        });

        Assert.Empty(Plan(After(5)));
        Assert.Equal(["Restart web.1: unhealthy."], Plan(After(6)));
    }

    [Theory]
    [InlineData(PullPolicy.IfNotPresent, true, false)]
    [InlineData(PullPolicy.IfNotPresent, false, true)]
    [InlineData(PullPolicy.Never, false, false)]
    [InlineData(PullPolicy.Always, true, true)]
    public void When_an_image_is_pulled(PullPolicy policy, bool present, bool pulls)
    {
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Pull = policy });
        var situation = Given.Situation([wanted]);
        situation = present ? situation : situation with { Images = new Dictionary<string, DateTimeOffset?>() };

        Assert.Equal(pulls, HostPlanner.Plan(situation, Given.Now) is [PullImage]);
    }

    [Fact]
    public void A_pull_after_the_instance_was_heard_of_satisfies_always()
    {
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Pull = PullPolicy.Always });
        var situation = Given.Situation([wanted]) with { Images = new Dictionary<string, DateTimeOffset?> { ["docker.io/library/nginx:1"] = Given.Now } };

        Assert.True(HostPlanner.Plan(situation, Given.Now) is [CreateAndStart]);
    }

    [Fact]
    public void A_resolved_digest_is_what_runs()
    {
        var digest = "sha256:" + new string('a', 64);
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Network = "host" }) with { ImageDigest = digest };

        Assert.Equal($"nginx@{digest}", ContainerRequests.Of(Given.Host, wanted).Image);
        Assert.Equal(ImageChoice.Canonical($"nginx@{digest}"), ImageChoice.Canonical($"docker.io/library/nginx:9@{digest}"));
    }

    [Fact]
    public void A_volume_goes_only_when_no_container_and_no_instance_has_it()
    {
        var wanted = Given.Wanted();
        var volume = new UnwantedVolume(wanted.Team, "team", "web", 1, "data", "portal.team.web.1.data.01234567");
        HostSituation With(params WantedInstance[] instances) => Given.Situation(instances, [.. instances.Select(i => Given.Container(i))]) with { Volumes = [volume] };

        Assert.DoesNotContain("Remove the volume portal.team.web.1.data.01234567, as asked.", Plan(With(wanted)));
        Assert.DoesNotContain("Remove the volume portal.team.web.1.data.01234567, as asked.", Plan(With(Given.Wanted(desired: DesiredState.Stop))));
        Assert.Equal(["Remove the volume portal.team.web.1.data.01234567, as asked."], Plan(With()));
    }

    [Theory]
    [InlineData(59, 0)]
    [InlineData(60, 1)]
    public void A_network_goes_when_it_has_been_idle(int seconds, int removals)
    {
        var idle = new TeamNetwork("portal.team.01234567", "team", Given.Now - TimeSpan.FromSeconds(seconds));
        var situation = Given.Situation([]) with { Networks = new Dictionary<string, TeamNetwork> { [idle.Name] = idle } };

        Assert.Equal(removals, Plan(situation).Length);
    }

    [Fact]
    public void Labels_of_the_spec_never_hide_portals_own()
    {
        var spec = new AppSpec { Image = "nginx:1", Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add(LabelKeys.Cluster, "mine").Add("a", "b") };
        var labels = ContainerRequests.Of(Given.Host, Given.Wanted(spec: spec)).Labels;

        Assert.Equal(Given.Cluster.ToString(), labels[LabelKeys.Cluster]);
        Assert.Equal("b", labels["a"]);
    }
}
