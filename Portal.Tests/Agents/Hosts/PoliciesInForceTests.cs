using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Agents.Hosts;

public sealed class PoliciesInForceTests
{
    private static HealthSpec Http(string path, OnUnhealthy then = OnUnhealthy.Restart) => new() { Kind = HealthKind.Http, Path = path, OnUnhealthy = then };

    private static AppSpec Spec(HealthSpec health) => new() { Image = "a", Health = health };

    private static CurrentSpec Current(int revision, HealthSpec health) => new(7, revision, Spec(health) with { Pull = PullPolicy.Always, Restart = new RestartSpec { Policy = RestartPolicy.Never, MaxPerHost = 9 } });

    [Fact]
    public void The_current_revision_is_asked_as_the_app_says_now() =>
        Assert.Equal("/now", PoliciesInForce.Of(2, Spec(Http("/sealed")), HealthCodec.Canonical(Http("/last")), Current(2, Http("/now"))).Health.Path);

    [Theory]
    [InlineData(null, "/sealed")]
    [InlineData("/last", "/last")]
    public void An_older_revision_is_asked_as_it_last_was(string? last, string path)
    {
        var health = PoliciesInForce.Of(1, Spec(Http("/sealed")), last is null ? null : HealthCodec.Canonical(Http(last)), Current(2, Http("/now", OnUnhealthy.Replace))).Health;

        Assert.Equal(Http(path, OnUnhealthy.Replace), health);
    }

    [Fact]
    public void What_the_engine_runs_stays_as_it_was_sealed()
    {
        var command = new HealthSpec { Kind = HealthKind.Command, Command = ["true"], OnUnhealthy = OnUnhealthy.None };

        Assert.Equal(command with { OnUnhealthy = OnUnhealthy.Restart }, PoliciesInForce.Of(1, Spec(command), null, Current(2, Http("/now"))).Health);
    }

    [Fact]
    public void What_changes_no_container_is_in_force_as_the_app_says_now()
    {
        var spec = PoliciesInForce.Of(1, Spec(Http("/")), null, Current(2, Http("/")));

        Assert.Equal((PullPolicy.Always, RestartPolicy.Always, 9), (spec.Pull, spec.Restart.Policy, spec.Restart.MaxPerHost));
        Assert.Equal(PullPolicy.IfNotPresent, PoliciesInForce.Of(1, Spec(Http("/")), null, null).Pull);
    }
}
