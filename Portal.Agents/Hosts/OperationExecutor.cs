using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Leases;
using Portal.Core.State.Services;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>
/// Carries operations out on one engine: so many starts at once, so many stops, so many pulls. Docker knows no term, so each call is made
/// only while the claim on the host surely holds.
/// </summary>
internal sealed class OperationExecutor(IContainerEngine engine, TermLease lease, IRegistryCredentialsSource credentials, HostWorkerOptions options, Action<PullImage, PullTally> came, Action<KeptLog> keep, TimeProvider time)
{
    /// <summary>An engine tells of every layer many times a second.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);
    private readonly Turns _starts = new(options.StartsAtOnce);
    private readonly Turns _stops = new(options.StopsAtOnce);
    private readonly Turns _pulls = new(options.PullsAtOnce);

    public async Task<OperationResult> RunAsync(Operation operation, CancellationToken cancellation)
    {
        var result = new OperationResult(operation);
        try
        {
            return operation switch
            {
                EnsureNetwork network => await EnsureAsync(network, cancellation),
                PullImage pull => await _pulls.TakeAsync(() => PullAsync(pull, cancellation), cancellation),
                CreateAndStart create => await _starts.TakeAsync(() => CreateAsync(create, cancellation), cancellation),
                StartContainer start => await _starts.TakeAsync(() => StartAsync(result, start.ContainerId, cancellation), cancellation),
                RestartContainer restart => await _starts.TakeAsync(() => RestartAsync(restart, cancellation), cancellation),
                StopContainer stop => await _stops.TakeAsync(() => StopAsync(stop, cancellation), cancellation),
                StopAndRemove remove => await _stops.TakeAsync(() => RemoveAsync(remove, cancellation), cancellation),
                RemoveVolume volume => await DoAsync(result, () => engine.RemoveVolumeAsync(volume.Volume.EngineName, cancellation)),
                RemoveNetwork network => await DoAsync(result, () => engine.RemoveNetworkAsync(network.Network, cancellation)),
                _ => throw new InvalidOperationException($"Nobody knows how to: {operation.Describe()}"),
            };
        }
        catch (OperationCanceledException)
        {
            return result with { GivenUp = true };
        }
        catch (EngineException e)
        {
            return result with { Fault = e };
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or IOException)
        {
            return result with { Fault = new EngineException(EngineError.Unreachable, $"The credentials of its registry cannot be read: {e.Message}", e) };
        }
    }

    /// <summary>To be asked before every call that changes something.</summary>
    private void RequireClaim()
    {
        if (lease.Remaining < options.LeaseMargin)
        {
            throw new OperationCanceledException("The claim on the host is about to end.");
        }
    }

    private async Task<OperationResult> DoAsync(OperationResult result, Func<Task> call)
    {
        RequireClaim();
        await call();
        return result;
    }

    private async Task<OperationResult> EnsureAsync(EnsureNetwork network, CancellationToken cancellation)
    {
        RequireClaim();
        await engine.CreateNetworkAsync(network.Network, network.Labels, cancellation);
        return new OperationResult(network);
    }

    private async Task<OperationResult> PullAsync(PullImage pull, CancellationToken cancellation)
    {
        RequireClaim();
        var present = pull.Policy != Core.Domain.PullPolicy.Always && await engine.InspectImageAsync(pull.Image, cancellation) is not null;
        if (present && !pull.ResolvesAnew)
        {
            return new OperationResult(pull);
        }
        var login = await credentials.FindAsync(pull.Team, pull.Image, cancellation);
        try
        {
            var (count, told) = (new PullCount(), time.GetTimestamp());
            await foreach (var progress in engine.PullImageAsync(pull.Image, login, cancellation))
            {
                count.Add(progress);
                if (time.GetElapsedTime(told) >= ProgressInterval)
                {
                    told = time.GetTimestamp();
                    came(pull, count.Tally);
                }
            }
        }
        catch (EngineException e) when (present && e.Error != EngineError.Unreachable)
        {
            // It came from no registry, or that one is away: what lies here is what there is.
            return new OperationResult(pull);
        }
        catch (EngineException e) when (!e.Message.Contains(pull.Image, StringComparison.Ordinal))
        {
            throw new EngineException(e.Error, $"The image {pull.Image} cannot be pulled: {e.Message}", e);
        }
        return new OperationResult(pull);
    }

    private async Task<OperationResult> CreateAsync(CreateAndStart create, CancellationToken cancellation)
    {
        var result = new OperationResult(create);
        foreach (var volume in create.Volumes)
        {
            RequireClaim();
            await engine.CreateVolumeAsync(volume.Name, volume.Labels, cancellation);
        }
        RequireClaim();
        string id;
        try
        {
            using var span = PortalTraces.Within(PortalTraces.Hosts, "container.create");
            id = await engine.CreateContainerAsync(create.Request, cancellation);
        }
        catch (EngineException e) when (e.Error == EngineError.Conflict)
        {
            if (await engine.InspectContainerAsync(create.Request.Name, cancellation) is not { } present)
            {
                throw;
            }
            if (!IsSame(create, present))
            {
                return result with { NameTakenBy = $"another container has its name {create.Request.Name} (id {present.Id[..Math.Min(12, present.Id.Length)]}); it was left alone" };
            }
            if (present.State != "created")
            {
                return result with { Container = present };
            }
            id = present.Id;
        }
        return await StartAsync(result, id, cancellation);
    }

    private static bool IsSame(CreateAndStart create, ContainerDetails present) =>
        new[] { LabelKeys.Cluster, LabelKeys.Instance, LabelKeys.Container, LabelKeys.Spec }.All(key => present.Labels.GetValueOrDefault(key) == create.Request.Labels.GetValueOrDefault(key));

    private async Task<OperationResult> StartAsync(OperationResult result, string id, CancellationToken cancellation)
    {
        EngineException? fault = null;
        try
        {
            using var span = result.Operation is CreateAndStart ? PortalTraces.Within(PortalTraces.Hosts, "container.start") : null;
            RequireClaim();
            await engine.StartContainerAsync(id, cancellation);
        }
        catch (EngineException e)
        {
            fault = e;
        }
        var details = await engine.InspectContainerAsync(id, cancellation);
        return result with { Fault = fault, Container = details, GoneContainer = details is null ? id : null };
    }

    private async Task<OperationResult> RestartAsync(RestartContainer restart, CancellationToken cancellation)
    {
        RequireClaim();
        await engine.RestartContainerAsync(restart.ContainerId, restart.GracePeriod, cancellation);
        return new OperationResult(restart) { Container = await engine.InspectContainerAsync(restart.ContainerId, cancellation) };
    }

    private async Task<OperationResult> StopAsync(StopContainer stop, CancellationToken cancellation)
    {
        RequireClaim();
        await engine.StopContainerAsync(stop.ContainerId, stop.GracePeriod, cancellation);
        var details = await engine.InspectContainerAsync(stop.ContainerId, cancellation);
        return new OperationResult(stop) { Container = details, GoneContainer = details is null ? stop.ContainerId : null };
    }

    private async Task<OperationResult> RemoveAsync(StopAndRemove remove, CancellationToken cancellation)
    {
        if (remove.Running)
        {
            RequireClaim();
            await engine.StopContainerAsync(remove.ContainerId, remove.GracePeriod, cancellation);
        }
        if (remove.For is [var instance] && await LastLines.ReadAsync(engine, remove.ContainerId, instance, remove.Part, time, cancellation) is { } log)
        {
            keep(log);
        }
        RequireClaim();
        await engine.RemoveContainerAsync(remove.ContainerId, force: true, cancellation);
        // Somebody else may be removing it just now, which is not yet gone.
        var left = await engine.InspectContainerAsync(remove.ContainerId, cancellation);
        return new OperationResult(remove) { Container = left, GoneContainer = left is null ? remove.ContainerId : null };
    }
}
