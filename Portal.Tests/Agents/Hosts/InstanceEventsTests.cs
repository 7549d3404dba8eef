using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Tests.Core.Planning;

namespace Portal.Tests.Agents.Hosts;

public class InstanceEventsTests
{
    private static readonly HostScope s_host = new(Guid.Empty, new HostId(Guid.Empty), "h1", "10.0.0.1");

    [Fact]
    public void What_was_unhealthy_and_is_healthy_again_is_told_once()
    {
        var unhealthy = InstanceObservation.Initial with { State = InstanceState.Running, Health = Health.Unhealthy };
        var healthy = unhealthy with { Health = Health.Healthy };
        var told = Assert.Single(InstanceEvents.Of(s_host, Given.Wanted(), unhealthy, healthy));
        Assert.Equal(("InstanceHealthy", "web.1 on h1 is healthy again."), (told.Kind, told.Message));
        Assert.Empty(InstanceEvents.Of(s_host, Given.Wanted(), healthy, healthy with { Restarts = 1 }));
        Assert.Empty(InstanceEvents.Of(s_host, Given.Wanted(), healthy with { Health = Health.Starting }, healthy));
    }
}
