using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private void Happened(HostConnection connection, EngineEvent happened)
    {
        if (connection != _connection || !IsOurs(happened.Attributes.GetValueOrDefault(LabelKeys.Cluster)))
        {
            return;
        }
        var known = _containers.GetValueOrDefault(happened.ContainerId);
        switch (happened.Action)
        {
            case "destroy":
                Forget(happened.ContainerId);
                break;
            case "die" when known is { Instance: { } id, Part: not InstanceParts.Main } && TryExitCode(happened, out var code):
                PartDied(id, known.Part, known.Id, code);
                Inspect(connection, happened.ContainerId);
                break;
            case "kill" or "stop" when known is { Instance: { } id, Part: InstanceParts.Main } && _memories.TryGetValue(id, out var memory) && !_underWay.ContainsKey(Operation.KeyOf(id)):
                if (memory.Outside?.ContainerId != known.Id)
                {
                    _memories[id] = memory with { Outside = new OutsideStop(known.Id, SignalOf(happened)) };
                }
                break;
            case "create" or "start" when IsBeingCreated(happened):
                break;
            case "start" when known is { Instance: { } id, Part: InstanceParts.Main } && _memories.TryGetValue(id, out var memory):
                _memories[id] = memory with { Outside = null };
                Inspect(connection, happened.ContainerId);
                break;
            case "die" when known is { Instance: { } id, Part: InstanceParts.Main } && _memories.TryGetValue(id, out var memory) && TryExitCode(happened, out var code):
                // By the time of the inspection the engine may have restarted it, and its exit code is gone.
                // That it serves no more is said at once: an engine answers no inspection until it is done with what ended.
                _memories[id] = memory with { Observation = memory.Observation with { ExitCode = code }, Ended = EndedRun(known, memory, happened) };
                Inspect(connection, happened.ContainerId);
                break;
            case "create" or "start" or "die" or "oom" or "pause" or "unpause" or "health_status" or "rename" or "restart":
                Inspect(connection, happened.ContainerId);
                break;
        }
    }

    /// <summary>The run that ended: the one that is known, unless the event is told once more and that began since.</summary>
    private static ContainerRun? EndedRun(FoundContainer known, InstanceMemory memory, EngineEvent happened) =>
        memory.Observation is { StartedAt: { } started } seen && seen.ContainerId == known.Id && happened.At > started ? new ContainerRun(known.Id, started) : memory.Ended;

    /// <summary>Our own creation inspects when it is done.</summary>
    private bool IsBeingCreated(EngineEvent happened) =>
        Guid.TryParse(happened.Attributes.GetValueOrDefault(LabelKeys.Instance), out var id)
        && _underWay.TryGetValue(Operation.KeyOf(new InstanceId(id), PartOf(happened)), out var work) && work == Work.Creating;

    private static bool TryExitCode(EngineEvent happened, out int code) => int.TryParse(happened.Attributes.GetValueOrDefault("exitCode"), NumberStyles.None, CultureInfo.InvariantCulture, out code);

    private static string? SignalOf(EngineEvent happened) => happened.Attributes.GetValueOrDefault("signal") switch
    {
        "1" => "SIGHUP",
        "2" => "SIGINT",
        "3" => "SIGQUIT",
        "9" => "SIGKILL",
        "15" => "SIGTERM",
        { Length: > 0 } number => $"signal {number}",
        _ => null,
    };
}
