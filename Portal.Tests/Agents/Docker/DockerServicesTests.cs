using Microsoft.Extensions.DependencyInjection;
using Portal.Agents.Docker;
using Portal.Core.Engine;

namespace Portal.Tests.Agents.Docker;

public sealed class DockerServicesTests
{
    [Fact]
    public async Task Registered_engines_have_the_given_options()
    {
        await using var services = new ServiceCollection().AddDockerEngines(new DockerEngineOptions { ReadTimeout = TimeSpan.FromSeconds(3) }).BuildServiceProvider();
        var factory = services.GetRequiredService<IContainerEngineFactory>();

        await using var engine = factory.Connect(new("unix:///nowhere/docker.sock"));

        Assert.Same(factory, services.GetRequiredService<IContainerEngineFactory>());
        Assert.Equal(TimeSpan.FromSeconds(3), services.GetRequiredService<DockerEngineOptions>().ReadTimeout);
        Assert.Equal(EngineError.Unreachable, (await Assert.ThrowsAsync<EngineException>(() => engine.PingAsync(default))).Error);
    }
}
