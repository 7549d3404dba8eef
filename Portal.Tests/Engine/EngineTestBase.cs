using Portal.Agents.Docker;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Tests of the client against real engines: each has a label of its own, and removes what carries it.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine")]
public abstract class EngineTestBase(TestHosts hosts) : IAsyncLifetime
{
    private readonly List<IContainerEngine> _engines = [];

    protected static readonly DockerEngineOptions Options = new();

    protected TestHosts Hosts { get; } = hosts;
    protected string Run { get; } = Guid.NewGuid().ToString("N")[..12];
    protected string Label => $"test.engine={Run}";
    protected CancellationToken Cancellation { get; } = TestContext.Current.CancellationToken;

    protected IContainerEngine Connect(string address, EngineTls? tls = null, DockerEngineOptions? options = null)
    {
        var engine = new DockerEngineFactory(options ?? Options, TimeProvider.System).Connect(new EngineEndpoint(address, tls));
        _engines.Add(engine);
        return engine;
    }

    protected IContainerEngine Connect(int host) => Connect(Hosts[host].TcpEndpoint);

    protected ContainerRequest Request(string suffix, string image = "test/busybox:1") => new()
    {
        Name = $"t.{Run}.{suffix}",
        Image = image,
        Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("test.engine", Run),
        StopGracePeriod = TimeSpan.FromSeconds(2),
    };

    protected async Task<string> StartAsync(IContainerEngine engine, ContainerRequest request)
    {
        var id = await engine.CreateContainerAsync(request, Cancellation);
        await engine.StartContainerAsync(id, Cancellation);
        return id;
    }

    /// <summary>Asks until the answer is as wanted; fails after ten seconds.</summary>
    protected async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        while (true)
        {
            var answer = await ask();
            if (wanted(answer)) return answer;
            if (deadline.IsCancellationRequested) Assert.Fail($"Still {answer} after ten seconds.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    protected static async Task<EngineException> FailsAsync(EngineError error, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<EngineException>(call);
        Assert.True(failure.Error == error, $"{failure.Error}: {failure.Message}");
        return failure;
    }

    public ValueTask InitializeAsync() => default;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts.All) await host.RemoveContainersAsync(Label);
        foreach (var engine in _engines) await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
