using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Engine;

/// <summary>Whose host an engine is.</summary>
public sealed class HostMarkTests(TestHosts hosts) : EngineTestBase(hosts)
{
    [Fact]
    public async Task Only_the_mark_of_a_host_that_is_gone_gives_way()
    {
        var engine = Connect(1);
        var cluster = Guid.NewGuid();
        var (first, second) = (new HostId(Guid.NewGuid()), new HostId(Guid.NewGuid()));
        try
        {
            Assert.True(await HostMark.ClaimAsync(engine, cluster, first, Cancellation));
            await FailsAsync(EngineError.Conflict, () => HostMark.ClaimAsync(engine, cluster, second, Cancellation));
            await FailsAsync(EngineError.Conflict, () => HostMark.ClaimAsync(engine, cluster, second, Cancellation, _ => Task.FromResult(true)));

            await HostMark.ClaimAsync(engine, cluster, second, Cancellation, host => Task.FromResult(host != first));

            Assert.False(await HostMark.ClaimAsync(engine, cluster, second, Cancellation));
            await FailsAsync(EngineError.Conflict, () => HostMark.ClaimAsync(engine, cluster, first, Cancellation));
        }
        finally
        {
            await engine.RemoveVolumeAsync(EngineNames.Mark(cluster), CancellationToken.None);
        }
    }
}
