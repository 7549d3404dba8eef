using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private static readonly TimeSpan PostponedFor = TimeSpan.FromSeconds(2);
    // What is being done, by the operations' keys.
    private readonly Dictionary<string, Work> _underWay = new(StringComparer.Ordinal);
    // Operations that failed and belong to no instance, whose own trouble would hold them back.
    private readonly Dictionary<string, DateTimeOffset> _postponed = new(StringComparer.Ordinal);

    private HostSituation Situation() => new()
    {
        Host = _scope,
        Wanted = _wanted,
        Memories = _memories,
        Containers = _containers.Values,
        Surplus = _surplus,
        Networks = _networks,
        Images = _images,
        Pulls = _pulls,
        Volumes = _volumes,
        UnderWay = _underWay.Keys.ToHashSet(StringComparer.Ordinal),
        NetworkIdle = _options.NetworkIdle,
    };

    /// <summary>Says of each instance what is to be said, and writes what changed.</summary>
    private void Observe(DateTimeOffset now)
    {
        var situation = Situation();
        var containers = situation.ContainersByInstance();
        var changed = new List<ObservedInstance>();
        var events = new List<EventDraft>();
        foreach (var wanted in _wanted.Values)
        {
            var memory = _memories[wanted.Id];
            var found = containers.GetValueOrDefault(wanted.Id, InstanceContainers.None);
            var container = found.Main?.Details;
            var pulling = situation.MissingImages(wanted).FirstOrDefault() is { } missing ? WordsOfPull(wanted, missing) : null;
            var after = GroupObserver.Observe(wanted, found, memory, part => _underWay.GetValueOrDefault(Operation.KeyOf(wanted.Id, part)), pulling, now);
            if (container is not null && _digests.TryGetValue(container.ImageId, out var digests) && ImageChoice.DigestOf(wanted.Spec.Image, digests) is { } digest)
            {
                after = after with { Observation = after.Observation with { ImageDigest = digest } };
            }
            after = WithPartDigests(after, wanted, found);
            if (Quote(wanted.Id, after, container) is not { } quoted)
            {
                continue;
            }
            after = after with { Observation = quoted };
            _memories[wanted.Id] = after;
            if (!after.Observation.Equals(memory.Observation))
            {
                changed.Add(new ObservedInstance(wanted, after.Observation));
                var trace = PortalTraces.TraceIdOf(_ways.ContextOf(wanted.Id));
                events.AddRange(InstanceEvents.Of(_scope, wanted, memory.Observation, after.Observation).Select(e => e with { TraceId = trace }));
                _ways.See(wanted, after.Observation);
            }
        }
        Aim();
        if (changed.Count > 0)
        {
            _writer.Add(p =>
            {
                changed.ForEach(c => p.Observed[c.Wanted.Id] = c);
                p.Events.AddRange(events);
            });
        }
    }

    /// <returns>Whether anything was begun.</returns>
    private bool Act(DateTimeOffset now)
    {
        if (_connection is not { } connection || _connecting || !_slowKnown || _lease.Remaining < _options.LeaseMargin)
        {
            return false;
        }
        var begun = false;
        WatchIdleNetworks(now);
        foreach (var operation in HostPlanner.Plan(Situation(), now))
        {
            if (!_postponed.TryGetValue(operation.Key, out var due) || due <= now)
            {
                _postponed.Remove(operation.Key);
                Begin(connection, operation, now);
                begun = true;
            }
        }
        return begun;
    }

    private void Begin(HostConnection connection, Operation operation, DateTimeOffset now)
    {
        _log.LogDebug("Host {Host}: {Operation}", _host.Name, operation.Describe());
        _underWay[operation.Key] = operation switch
        {
            CreateAndStart or StartContainer => Work.Creating,
            RestartContainer => Work.Restarting,
            StopAndRemove or StopContainer => Work.Removing,
            _ => Work.None,
        };
        switch (operation)
        {
            case RestartContainer { Part: not InstanceParts.Main } restart:
                ChangePart(restart.Instance, restart.Part, m => m with { RestartedAt = now });
                break;
            case StopAndRemove { Part: InstanceParts.Main, For: [var stopped] } when _memories.TryGetValue(stopped, out var memory):
                _memories[stopped] = memory with { StopBeganAt = memory.StopBeganAt ?? now };
                break;
            case RestartContainer restart:
                _memories[restart.Instance] = _memories[restart.Instance] with { RestartedAt = now };
                break;
            case RemoveNetwork network:
                _networks.Remove(network.Network);
                break;
        }
        var trace = Trace(operation);
        _ = RunAsync();

        async Task RunAsync()
        {
            OperationResult result;
            using var span = trace();
            var began = _time.GetTimestamp();
            try
            {
                result = await connection.Executor.RunAsync(operation, connection.Token);
            }
            catch (Exception e)
            {
                _log.LogError(e, "Host {Host}: {Operation}", _host.Name, operation.Describe());
                result = new OperationResult(operation) { Fault = new EngineException(EngineError.Failed, e.Message, e) };
            }
            Told(span, result);
            PortalMeter.OperationDuration.Record(_time.GetElapsedTime(began).TotalSeconds, new("host", _host.Name), new("operation", operation.GetType().Name), new("outcome", result.Succeeded ? "done" : result.GivenUp ? "given up" : "failed"));
            Post(() => Finish(result, now));
        }
    }

    private void Finish(OperationResult result, DateTimeOffset began)
    {
        var now = Now;
        var operation = result.Operation;
        _underWay.Remove(operation.Key);
        if (result.Container is { } container)
        {
            Recall(container.Id, began);
            See(container);
        }
        if (result.GoneContainer is { } gone)
        {
            Forget(gone);
        }
        if (result.Fault is { } fault)
        {
            _log.LogInformation("Host {Host}: {Operation} It failed: {Reason}", _host.Name, operation.Describe(), fault.Message);
            Failed(result, fault, now);
        }
        else if (result.Succeeded)
        {
            Succeeded(result, now);
        }
        if (operation is PullImage pull)
        {
            Pulled(pull, result.GivenUp ? new EngineException(EngineError.Unreachable, "the pull was broken off") : result.Fault, now);
        }
        if (operation is StopAndRemove && result.GoneContainer is null || operation is { For.IsEmpty: true } and not PullImage && result.Fault is not null)
        {
            _postponed[operation.Key] = now + PostponedFor;
        }
        foreach (var id in operation.For)
        {
            if (_memories.TryGetValue(id, out var memory))
            {
                _memories[id] = Remember(memory, result, now);
            }
        }
        if (operation is CreateAndStart or StartContainer && result.Container is { State: not "running" } and var unsettled && _connection is { } connection)
        {
            Inspect(connection, unsettled.Id);
        }
    }

    private InstanceMemory Remember(InstanceMemory memory, OperationResult result, DateTimeOffset now)
    {
        if (result.Operation.Part != InstanceParts.Main)
        {
            return RememberPart(memory, result.Operation.Part, result, now);
        }
        if (result.Operation is CreateAndStart && (result.Container?.Id ?? result.GoneContainer) is { } made)
        {
            // Whatever becomes of it: it was there, so it is never made again.
            memory = memory with { Observation = memory.Observation with { ContainerId = made } };
        }
        if (result.Fault is { } fault)
        {
            // An image that seemed to be there and is not is pulled at once.
            var again = result.Operation is CreateAndStart && fault.Error == EngineError.ImageUnavailable && memory.Trouble is null;
            return again ? memory with { Trouble = new Trouble(now, 0, now, fault.Message, Counts: true) }
                : memory with { Trouble = Trouble.Met(memory.Trouble, fault.Message, fault.Error != EngineError.Unreachable, now) };
        }
        if (!result.Succeeded)
        {
            return result.NameTakenBy is { } other ? memory with { NameTakenBy = other, Trouble = null } : memory;
        }
        // A network or an image is only half of what an instance needs: its trouble is over when it runs.
        memory = result.Operation is EnsureNetwork or PullImage
            ? memory.Trouble is { } trouble ? memory with { Trouble = trouble with { NextTryAt = now } } : memory
            : memory with { Trouble = null };
        return result.Operation is RestartContainer ? memory with { Observation = memory.Observation with { Restarts = memory.Observation.Restarts + 1 } } : memory;
    }

    private void Succeeded(OperationResult result, DateTimeOffset now)
    {
        switch (result.Operation)
        {
            case EnsureNetwork network:
                _networks[network.Network] = new TeamNetwork(network.Network, network.Team, null);
                break;
            case PullImage pull:
                _images[ImageChoice.Canonical(pull.Image)] = now;
                _slowDueAt = now;
                break;
            case RestartContainer restart when _wanted.TryGetValue(restart.Instance, out var wanted):
                _writer.Add(p => p.Events.Add(InstanceEvents.Restarted(_scope, wanted, restart)));
                break;
            case RemoveVolume removed:
                _volumes.RemoveAll(v => v.EngineName == removed.Volume.EngineName);
                Tell(Severity.Info, "VolumeRemoved", $"The volume {removed.Volume.Name} of {removed.Volume.AppName}.{removed.Volume.Slot} on host {_host.Name} was removed, as asked.");
                _writer.Add(p => p.RemovedVolumes.Add(removed.Volume));
                break;
        }
    }

    private void Failed(OperationResult result, EngineException fault, DateTimeOffset now)
    {
        switch (result.Operation)
        {
            case CreateAndStart create when fault.Error == EngineError.ImageUnavailable:
                _images.Remove(ImageChoice.Canonical(create.Request.Image));
                break;
            case CreateAndStart or StartContainer when fault.Error == EngineError.NotFound:
                // Perhaps the network was removed outside Portal: what is there is looked up again.
                _networks.Clear();
                _slowDueAt = now;
                break;
            case RemoveVolume failed:
                _volumes = [.. _volumes.Select(v => v.EngineName == failed.Volume.EngineName ? v with { NextTryAt = now + TimeSpan.FromMinutes(1) } : v)];
                break;
            case RemoveNetwork:
                _slowDueAt = now;
                break;
        }
        if (fault.Error == EngineError.Unreachable)
        {
            _contactNow.Set();
            _listDue = true;
        }
    }

    private void WatchIdleNetworks(DateTimeOffset now)
    {
        foreach (var network in _networks.Values.ToList())
        {
            var used = _containers.Values.Any(c => c.Team == network.Team) || _wanted.Values.Any(w => w.TeamName == network.Team);
            if (used == (network.IdleSince is not null))
            {
                _networks[network.Name] = network with { IdleSince = used ? null : now };
            }
        }
    }
}
