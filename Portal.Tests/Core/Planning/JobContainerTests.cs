using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

/// <summary>What becomes of a job's containers on their host: never restarted, judged by their exit codes, and kept once they have ended.</summary>
public sealed class JobContainerTests
{
    private static readonly AppSpec s_spec = new() { Image = "nginx:1", Network = "host", Kind = AppKind.Job, Job = new JobSpec() };

    private static WantedInstance Wanted(DesiredState desired = DesiredState.Run, bool kept = true) => Given.Wanted(desired: desired, spec: s_spec) with { Run = 12, Kept = kept };

    private static string[] Plan(WantedInstance wanted, params ContainerDetails[] containers) =>
        [.. HostPlanner.Plan(Given.Situation([wanted], containers), Given.Now).Select(o => o.Describe())];

    private static InstanceObservation Observe(WantedInstance wanted, ContainerDetails? container, InstanceMemory? memory = null) =>
        InstanceObserver.Observe(wanted, container, memory ?? new InstanceMemory { FirstSeenAt = Given.Now }, Work.None, null, Given.Now).Observation;

    [Fact]
    public void Its_engine_never_restarts_it_and_it_knows_which_it_is()
    {
        var request = ContainerRequests.Of(Given.Host, Wanted() with { Slot = 3, Spec = s_spec with { Env = s_spec.Env.Add("PORTAL_RUN", "mine") } });
        Assert.Equal(("no", "12"), (request.RestartPolicy, request.Labels[LabelKeys.Run]));
        Assert.Equal(("mine", "3"), (request.Env["PORTAL_RUN"], request.Env["PORTAL_SLOT"]));
        Assert.DoesNotContain("PORTAL_RUN", ContainerRequests.Of(Given.Host, Given.Wanted()).Env.Keys);
    }

    [Theory]
    [InlineData("running", "Stop web.1: scaled down.")]
    [InlineData("paused", "Stop web.1: scaled down.")]
    [InlineData("exited", null)]
    [InlineData("dead", null)]
    [InlineData("created", null)]
    public void What_is_kept_is_only_stopped(string state, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Plan(Wanted(DesiredState.Stop), Given.Container(Wanted(), state)));

    [Fact]
    public void What_is_kept_no_longer_goes() =>
        Assert.Equal(["Remove the container portal.team.web.1.1.01234567: scaled down."], Plan(Wanted(DesiredState.Stop, kept: false), Given.Container(Wanted(), "exited")));

    [Theory]
    [InlineData(0, InstanceState.Stopped, InstanceFailure.None, "ended with exit code 0")]
    [InlineData(3, InstanceState.Failed, InstanceFailure.Exited, "exited with code 3")]
    public void Its_end_is_judged_by_its_exit_code(int code, InstanceState state, InstanceFailure failure, string reason)
    {
        var ended = Observe(Wanted(), Given.Container(Wanted(), "exited") with { ExitCode = code, FinishedAt = Given.Now.AddSeconds(-2) });
        Assert.Equal((state, failure, reason, code, Given.Now.AddSeconds(-2)), (ended.State, ended.Failure, ended.Reason, ended.ExitCode, ended.FinishedAt));
    }

    [Fact]
    public void What_someone_stopped_did_not_end_by_itself()
    {
        var memory = new InstanceMemory { FirstSeenAt = Given.Now, Outside = new OutsideStop("c1", "SIGKILL") };
        Assert.Equal(InstanceFailure.StoppedOutside, Observe(Wanted(), Given.Container(Wanted(), "exited") with { ExitCode = 0 }, memory).Failure);
    }

    [Theory]
    [InlineData("running", InstanceState.Stopping)]
    [InlineData("exited", InstanceState.Stopped)]
    [InlineData("created", InstanceState.Stopped)]
    public void Told_to_stop_it_is_over_once_it_has_ended(string state, InstanceState expected)
    {
        var seen = Observe(Wanted(DesiredState.Stop), Given.Container(Wanted(), state) with { ExitCode = 143 });
        Assert.Equal(expected, seen.State);
        Assert.Equal(state == "exited" ? 143 : null, seen.ExitCode);
    }

    [Fact]
    public void Nothing_new_is_said_of_it_while_it_is_kept()
    {
        var container = Given.Container(Wanted(), "exited") with { ExitCode = 0 };
        var first = InstanceObserver.Observe(Wanted(DesiredState.Stop), container, new InstanceMemory { FirstSeenAt = Given.Now }, Work.None, null, Given.Now);
        var second = InstanceObserver.Observe(Wanted(DesiredState.Stop), container, first, Work.None, null, Given.Now.AddHours(1));
        Assert.Equal(first.Observation, second.Observation);
    }
}
