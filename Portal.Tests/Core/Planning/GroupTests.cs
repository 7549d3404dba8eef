using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

/// <summary>Instances of several containers: what is planned and said of them.</summary>
public sealed class GroupTests
{
    private static PartSpec Part(string name) => new() { Name = name, Image = "busybox:1" };

    private static AppSpec Spec(RestartPolicy policy = RestartPolicy.Always, HealthSpec? health = null) => new()
    {
        Image = "nginx:1",
        Ports = [new PortSpec("http", 80)],
        InitContainers = [Part("fetch"), Part("migrate")],
        Sidecars = [Part("log") with { Health = health ?? new HealthSpec() }, Part("proxy")],
        Restart = new RestartSpec { Policy = policy },
    };

    private static GroupModel Running(RestartPolicy policy = RestartPolicy.Always, HealthSpec? health = null)
    {
        var model = new GroupModel(Spec(policy, health));
        model.Settle();
        model.End("fetch", 0);
        model.Settle();
        model.End("migrate", 0);
        model.Settle();
        model.Done.Clear();
        return model;
    }

    [Fact]
    public void Init_containers_run_one_by_one_then_the_main_one_then_the_sidecars()
    {
        var model = new GroupModel(Spec());
        model.Settle();
        Assert.Equal(["create fetch"], model.Done);
        Assert.Equal((InstanceState.Starting, "init container fetch runs"), (model.Said.State, model.Said.Reason));

        model.End("fetch", 0);
        model.Settle();
        Assert.Equal(["create fetch", "create migrate"], model.Done);
        Assert.Null(model.Said.ReadySince);

        model.End("migrate", 0);
        model.Settle();
        Assert.Equal(["create fetch", "create migrate", "create main", "create log", "create proxy"], model.Done);
        Assert.Equal((InstanceState.Running, "", Health.None), (model.Said.State, model.Said.Reason, model.Said.Health));
        Assert.NotNull(model.Said.ReadySince);
        Assert.Equal(["fetch Completed", "migrate Completed", "main Running", "log Running", "proxy Running"], model.Said.Parts.Select(p => $"{p.Name} {p.State}"));
    }

    [Fact]
    public void An_instance_with_a_sidecar_that_does_not_run_yet_is_starting_and_not_ready()
    {
        var wanted = Given.Wanted(spec: Spec() with { InitContainers = [] });
        var found = Given.Situation([wanted], Given.Container(wanted)).ContainersByInstance()[wanted.Id];

        var said = GroupObserver.Observe(wanted, found, new InstanceMemory(), _ => Work.None, null, Given.Now).Observation;

        Assert.Equal((InstanceState.Starting, null), (said.State, said.ReadySince));
    }

    [Fact]
    public void An_init_container_that_fails_is_said_with_its_exit_code_and_becomes_a_crash_loop()
    {
        var model = new GroupModel(Spec());
        model.Settle();
        for (var i = 1; i <= 5; i++)
        {
            model.End("fetch", 3);
            model.Set("fetch", c => c with { State = "restarting", ExitCode = 3 });
            model.Settle();
            if (i == 1)
            {
                Assert.Equal((InstanceState.Starting, InstanceFailure.None, "init container fetch failed: exit code 3; it is run again"), (model.Said.State, model.Said.Failure, model.Said.Reason));
                Assert.Equal(model["fetch"]!.Id, model.Memory.Blamed);
            }
        }
        Assert.Equal((InstanceState.Failed, InstanceFailure.CrashLoop, "init container fetch failed 5 times in 10m, last with exit code 3"), (model.Said.State, model.Said.Failure, model.Said.Reason));
        Assert.Equal(["create fetch"], model.Done);
    }

    [Fact]
    public void An_init_container_that_fails_where_nothing_runs_again_fails_the_instance()
    {
        var model = new GroupModel(Spec(RestartPolicy.Never));
        model.Settle();
        model.End("fetch", 3);
        model.Settle();

        Assert.Equal((InstanceState.Failed, InstanceFailure.Exited, "init container fetch failed: exit code 3; its restart policy lets it be"), (model.Said.State, model.Said.Failure, model.Said.Reason));
        Assert.Equal(["create fetch"], model.Done);
    }

    [Fact]
    public void What_an_init_container_has_done_is_not_done_again_by_another_worker_or_after_someone_cleaned_up()
    {
        var model = new GroupModel(Spec());
        model.Settle();
        model.End("fetch", 0);
        model.ChangeWorker();
        model.Settle();
        model.RemoveOutside("fetch");
        model.ChangeWorker();
        model.Settle();
        model.End("migrate", 0);
        model.Settle();

        Assert.Equal(["create fetch", "create migrate", "create main", "create log", "create proxy"], model.Done);
    }

    [Fact]
    public void An_init_container_that_was_killed_by_hand_is_started_again()
    {
        var model = new GroupModel(Spec());
        model.Settle();
        model.Set("fetch", c => c with { State = "exited", ExitCode = 137, FinishedAt = model.Now });
        model.Settle();

        Assert.Equal(["create fetch", "start fetch"], model.Done);
    }

    [Fact]
    public void Sidecars_join_the_new_network_of_a_main_container_that_started_again()
    {
        var model = Running();
        model.End("main", 1);
        model.Settle();

        Assert.Equal(["restart log", "restart proxy"], model.Done);
        Assert.NotNull(model.Said.ReadySince);
        Assert.Equal(1, model.Said.Restarts);
    }

    [Fact]
    public void On_the_hosts_network_nothing_has_to_be_joined_again()
    {
        var model = new GroupModel(Spec() with { Network = "host", InitContainers = [] });
        model.Settle();
        model.End("main", 1);
        model.Done.Clear();
        model.Settle();

        Assert.Empty(model.Done);
    }

    [Theory]
    [InlineData("exited", "start log")]
    [InlineData("dead", "start log")]
    [InlineData("created", "start log")]
    [InlineData("restarting", null)]
    [InlineData("paused", null)]
    public void A_sidecar_that_does_not_run_makes_the_instance_not_ready(string state, string? done)
    {
        var model = Running();
        model.Set("log", c => c with { State = state, ExitCode = 2 });
        var found = model["log"]!;
        model.Settle();

        Assert.Equal(done is null ? [] : [done], model.Done);
        Assert.Equal(found.Id, model["log"]!.Id);
        Assert.Equal(done is not null, model.Said.ReadySince is not null);
        if (state == "restarting")
        {
            Assert.Equal((InstanceState.Running, "sidecar log: ended with exit code 2; the engine restarts it"), (model.Said.State, model.Said.Reason));
        }
    }

    [Fact]
    public void A_sidecar_that_was_removed_is_made_again()
    {
        var model = Running();
        model.RemoveOutside("proxy");
        model.Settle();

        Assert.Equal(["create proxy"], model.Done);
    }

    [Fact]
    public void A_sidecar_that_keeps_crashing_is_a_crash_loop_of_the_instance()
    {
        var model = Running();
        for (var i = 0; i < 5; i++)
        {
            model.End("log", 7);
            model.Set("log", c => c with { State = "restarting", ExitCode = 7 });
            model.Settle();
        }

        Assert.Equal((InstanceState.Failed, InstanceFailure.CrashLoop, "sidecar log crashed 5 times in 10m, last with exit code 7"), (model.Said.State, model.Said.Failure, model.Said.Reason));
        Assert.Equal(model["log"]!.Id, model.Memory.Blamed);
        Assert.Empty(model.Said.Crashes);
    }

    [Theory]
    [InlineData(OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, 1)]
    [InlineData(OnUnhealthy.Replace, InstanceState.Failed, InstanceFailure.Unhealthy, 0)]
    [InlineData(OnUnhealthy.None, InstanceState.Running, InstanceFailure.None, 0)]
    public void An_unhealthy_sidecar_is_dealt_with_by_its_own_policy_and_not_the_main_container(OnUnhealthy policy, InstanceState state, InstanceFailure failure, int restarts)
    {
        var model = Running(health: new HealthSpec { Kind = HealthKind.Command, Command = ["true"], OnUnhealthy = policy });
        Assert.Equal((Health.Starting, null), (model.Said.Health, model.Said.ReadySince));
        model.Set("log", c => c with { Health = "healthy" });
        model.Settle();
        Assert.Equal(Health.Healthy, model.Said.Health);
        Assert.NotNull(model.Said.ReadySince);

        model.Set("log", c => c with { Health = "unhealthy", HealthOutput = "no answer" });
        var found = Given.Situation([model.Wanted], [.. model.Parts.Select(p => model[p]!)]).Remembering(model.Wanted, _ => model.Memory);
        var memory = GroupObserver.Observe(model.Wanted, found.ContainersByInstance()[model.Wanted.Id], model.Memory, _ => Work.None, null, model.Now);

        Assert.Equal((state, failure, "unhealthy: sidecar log: no answer", Health.Unhealthy), (memory.Observation.State, memory.Observation.Failure, memory.Observation.Reason, memory.Observation.Health));
        Assert.Equal(Health.None, memory.Observation.MainHealth);
        var plan = HostPlanner.Plan(found.Remembering(model.Wanted, _ => memory), model.Now);
        Assert.Equal(restarts, plan.OfType<RestartContainer>().Count(r => r.Part == "log"));
        Assert.Equal(restarts, plan.Length);
    }

    [Fact]
    public void When_the_main_container_has_ended_for_good_its_sidecars_are_stopped_and_left_for_their_output()
    {
        var model = Running(RestartPolicy.Never);
        model.End("main", 0);
        model.Settle();

        Assert.Equal(["stop log", "stop proxy"], model.Done);
        Assert.Equal(InstanceFailure.Exited, model.Said.Failure);
        Assert.Equal(["Stopped", "Stopped"], model.Said.Parts.Where(p => p.Kind == PartKind.Sidecar).Select(p => $"{p.State}"));
    }

    [Fact]
    public void The_main_container_goes_first_and_the_instance_is_over_when_the_last_one_is_gone()
    {
        var model = Running();
        model.Stop();
        model.Settle();

        Assert.Equal("remove main", model.Done[0]);
        Assert.Equal(["remove fetch", "remove log", "remove main", "remove migrate", "remove proxy"], model.Done.Order());
        Assert.Equal(InstanceState.Stopped, model.Said.State);
    }

    [Fact]
    public void While_a_sidecar_is_there_an_instance_is_not_over()
    {
        var wanted = Given.Wanted(desired: DesiredState.Stop, spec: Spec());
        var sidecar = Given.Container(wanted, id: "s") with { Name = "x", Labels = ContainerRequests.OfPart(Given.Host, wanted, InstanceParts.Of(wanted.Spec)[^1], "m").Labels.ToDictionary().ToImmutableDictionaryOrdinal() };
        var situation = Given.Situation([wanted], sidecar);

        Assert.Equal(InstanceState.Stopping, GroupObserver.Observe(wanted, situation.ContainersByInstance()[wanted.Id], new InstanceMemory(), _ => Work.None, null, Given.Now).Observation.State);
        Assert.Equal(InstanceState.Stopping, GroupObserver.Observe(wanted, InstanceContainers.None, new InstanceMemory(), p => p == "log" ? Work.Creating : Work.None, null, Given.Now).Observation.State);
        Assert.Equal(InstanceState.Stopped, GroupObserver.Observe(wanted, InstanceContainers.None, new InstanceMemory(), _ => Work.None, null, Given.Now).Observation.State);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(7, 3)]
    [InlineData(60, 2)]
    public void Sidecars_have_what_is_left_of_the_grace_period(int secondsSince, int left)
    {
        var wanted = Given.Wanted(desired: DesiredState.Stop, spec: Spec());
        var sidecar = Given.Container(wanted) with { Labels = ContainerRequests.OfPart(Given.Host, wanted, InstanceParts.Of(wanted.Spec)[^1], "m").Labels.ToDictionary().ToImmutableDictionaryOrdinal() };
        var situation = Given.Situation([wanted], sidecar).Remembering(wanted, m => m with { StopBeganAt = Given.Now.AddSeconds(-secondsSince) });

        Assert.Equal(TimeSpan.FromSeconds(left), Assert.IsType<StopAndRemove>(Assert.Single(HostPlanner.Plan(situation, Given.Now))).GracePeriod);
    }

    [Fact]
    public void All_images_are_pulled_before_anything_begins()
    {
        var wanted = Given.Wanted(spec: Spec());

        Assert.Equal(["Pull the image busybox:1."], HostPlanner.Plan(Given.Situation([wanted]), Given.Now).Select(o => o.Describe()));
    }

    [Fact]
    public void A_group_that_nobody_wants_is_removed_whole()
    {
        var model = Running();
        var containers = model.Parts.Select(p => model[p]!).ToArray();
        var situation = Given.Situation([], containers) with { Surplus = containers.Select(c => c.Id).ToHashSet() };

        Assert.Equal(5, HostPlanner.Plan(situation, Given.Now).OfType<StopAndRemove>().Count());
    }

    /// <summary>Whatever ends, is killed, removed or forgotten on the way: in the end everything runs, each container once.</summary>
    [Fact]
    public void It_comes_together_whatever_happens()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var model = new GroupModel(Spec() with { Restart = new RestartSpec { MaxPerHost = 1000 } });
            for (var step = 0; step < 30; step++)
            {
                model.Later(random.NextDouble() * 20);
                var parts = model.Parts.ToList();
                if (parts.Count > 0 && parts[random.Next(parts.Count)] is var part && model[part]!.State == "running")
                {
                    var isInit = model.Wanted.Spec.InitContainers.Any(i => i.Name == part);
                    switch (random.Next(4))
                    {
                        case 0:
                            model.End(part, isInit ? random.Next(2) : 1);
                            break;
                        case 1 when part != InstanceParts.Main:
                            model.Set(part, c => c with { State = "exited", ExitCode = 137, FinishedAt = model.Now });
                            break;
                        case 2 when part is "log" or "proxy":
                            model.RemoveOutside(part);
                            break;
                        case 3:
                            model.ChangeWorker();
                            break;
                    }
                }
                model.Settle();
            }
            for (var i = 0; i < 2 && model["main"] is null; i++)
            {
                model.End(model["migrate"] is { State: "running" } ? "migrate" : "fetch", 0);
                model.Settle();
            }
            model.Settle();
            Assert.True(model.Said.ReadySince is not null, $"seed {seed}: {model.Said.State} {model.Said.Reason}; {string.Join(", ", model.Done)}");
            Assert.Equal(model.Parts.Distinct().Count(), model.Parts.Count());
            Assert.Equal(1, model.Done.Count(d => d == "create main"));
            model.Stop();
            model.Settle();
            Assert.Empty(model.Parts);
            Assert.Equal(InstanceState.Stopped, model.Said.State);
        }
    }
}
