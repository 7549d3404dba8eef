using System.Collections.Concurrent;
using System.Collections.Immutable;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <inheritdoc/>
internal sealed class HostCleaner(IContainerEngineFactory engines, HostReader reader, TimeProvider time) : IHostCleaner
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    // A worker that has not yet heard that its host is gone may be starting one more.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<CleanedHost> CleanAsync(EngineEndpoint endpoint, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, time);
        var (removed, left) = (new HashSet<string>(), new ConcurrentDictionary<string, string>());
        try
        {
            await using var engine = engines.Connect(endpoint);
            await engine.PingAsync(limit.Token);
            var label = $"{LabelKeys.Cluster}={await reader.ReadClusterAsync(limit.Token)}";
            for (var isQuiet = false; ;)
            {
                var found = await engine.ListContainersAsync(label, limit.Token);
                removed.UnionWith(left.Keys.Except(found.Select(c => c.Id)));
                left = new(found.ToDictionary(c => c.Id, c => c.Name));
                if (found.Count == 0)
                {
                    if (isQuiet)
                    {
                        break;
                    }
                    isQuiet = true;
                    await Task.Delay(Quiet, time, limit.Token);
                    continue;
                }
                isQuiet = false;
                await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = limit.Token },
                    async (container, cancellation) => await RemoveAsync(engine, container, cancellation));
            }
            await RemoveNetworksAsync(engine, label, limit.Token);
            return new CleanedHost(removed.Count, [], null);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return new CleanedHost(removed.Count, [.. left.Values.Order(StringComparer.Ordinal)], e is EngineException said ? said.Message : "It took too long.");
        }
    }

    private static async Task RemoveAsync(IContainerEngine engine, ContainerSummary container, CancellationToken cancellation)
    {
        try
        {
            if (container.State is "running" or "restarting" or "paused")
            {
                await engine.StopContainerAsync(container.Id, Grace, cancellation);
            }
        }
        catch (EngineException)
        {
            // One that cannot be stopped is removed by force below, and what that says counts.
        }
        try
        {
            await engine.RemoveContainerAsync(container.Id, force: true, cancellation);
        }
        catch (EngineException e) when (e.Error is EngineError.NotFound or EngineError.Conflict)
        {
            // Its worker removes it, too.
        }
    }

    private static async Task RemoveNetworksAsync(IContainerEngine engine, string label, CancellationToken cancellation)
    {
        foreach (var network in await engine.ListNetworksAsync(label, cancellation))
        {
            try
            {
                await engine.RemoveNetworkAsync(network.Name, cancellation);
            }
            catch (EngineException)
            {
                // Another's container is in it: an empty network does no harm.
            }
        }
    }
}
