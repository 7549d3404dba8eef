using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A container of somebody else's on every host.</summary>
internal sealed class Bystanders : IAsyncDisposable
{
    private readonly string _name = $"bystander-{Guid.NewGuid():N}";
    private readonly IReadOnlyList<TestHost> _hosts;
    private readonly Dictionary<TestHost, string> _before = [];

    private Bystanders(IReadOnlyList<TestHost> hosts) => _hosts = hosts;

    public static async Task<Bystanders> StartAsync(IReadOnlyList<TestHost> hosts)
    {
        var bystanders = new Bystanders(hosts);
        foreach (var host in hosts)
        {
            await host.DockerAsync("run", "-d", "--name", bystanders._name, "test/busybox:1");
            bystanders._before[host] = await bystanders.StateAsync(host);
        }
        return bystanders;
    }

    public async Task AreUntouchedAsync()
    {
        foreach (var host in _hosts)
        {
            Assert.Equal(_before[host], await StateAsync(host));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DockerAsync("rm", "-fv", _name);
        }
    }

    private Task<string> StateAsync(TestHost host) =>
        host.DockerAsync("inspect", "-f", "{{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.RestartCount}}", _name);
}
