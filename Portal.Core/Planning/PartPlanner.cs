using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>
/// What is to be done for an instance's further containers: init containers one by one before the main one is made; sidecars once that runs, again
/// whenever it got another network, and gone after it. Pure.
/// </summary>
internal static class PartPlanner
{
    // What shares a network that is no more serves nobody: it need not be waited for.
    private static readonly TimeSpan LongestRejoin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(2);

    /// <summary>The init container whose turn it is; null where the main container's turn has come.</summary>
    public static InstancePart? NextInit(WantedInstance wanted, InstanceContainers found, InstanceMemory memory) =>
        InstanceParts.Of(wanted.Spec).FirstOrDefault(p => p.Kind == PartKind.Init && !IsDone(p, found, memory));

    /// <summary>Whether an instance that shall run lacks a container that may be made.</summary>
    public static bool Lacks(WantedInstance wanted, InstanceContainers found, bool mayCreateMain) =>
        found.Main is null ? mayCreateMain : wanted.Spec.Sidecars.Any(p => found.Of(p.Name) is null);

    /// <summary>The step for the init container whose turn it is; its network and images are there.</summary>
    public static Operation? Advance(HostSituation situation, WantedInstance wanted, InstancePart init, InstanceContainers found, DateTimeOffset now)
    {
        if (!IsDue(situation.Memories[wanted.Id], init.Name, now))
        {
            return null;
        }
        return found.Of(init.Name)?.Details switch
        {
            null => Create(situation, wanted, init, main: null, ContainerRequests.VolumesOf(situation.Host, wanted)),
            { State: "created" } present => Start(wanted, init, present.Id),
            { State: "exited" or "dead" } ended when EndOfRun.RunsAgain(PolicyOf(init, wanted), ended.ExitCode) => Start(wanted, init, ended.Id),
            _ => null,
        };
    }

    /// <summary>Steps for sidecars beside a main container that is there.</summary>
    public static IEnumerable<Operation> Accompany(HostSituation situation, WantedInstance wanted, InstanceContainers found, DateTimeOffset now)
    {
        if (wanted.Spec.Sidecars.IsEmpty || found.Main is not { } main || situation.UnderWay.Contains(Operation.KeyOf(wanted.Id)))
        {
            yield break;
        }
        var isOver = EndOfRun.IsOver(wanted.Spec, main.Details);
        foreach (var sidecar in InstanceParts.Of(wanted.Spec).Where(p => p.Kind == PartKind.Sidecar))
        {
            var present = found.Of(sidecar.Name);
            if (isOver && present?.Details.State is "running" or "restarting")
            {
                yield return new StopContainer(wanted.Id, present!.Id, wanted.Spec.Stop.GracePeriod, wanted.TitleOf(sidecar), "the main container has ended") { For = [wanted.Id], Part = sidecar.Name };
            }
            else if (main.Details.State == "running" && IsDue(situation.Memories[wanted.Id], sidecar.Name, now) && Step(situation, wanted, sidecar, main, present, now) is { } step)
            {
                yield return step;
            }
        }
    }

    /// <summary>Removes a further container of an instance that is to stop, once the main one is gone.</summary>
    public static StopAndRemove? Remove(HostSituation situation, WantedInstance wanted, InstanceContainers found, FoundContainer part, DateTimeOffset now)
    {
        var memory = situation.Memories[wanted.Id];
        if (found.Main is not null || situation.UnderWay.Contains(Operation.KeyOf(wanted.Id)) || !IsDue(memory, part.Part, now))
        {
            return null;
        }
        var grace = wanted.Spec.Stop.GracePeriod;
        var left = memory.StopBeganAt is { } began ? grace - (now - began) : grace;
        left = left < ShortestGrace ? ShortestGrace : left;
        return HostPlanner.Remove(part, left < grace ? left : grace, wanted.StopReason ?? "it is no longer wanted") with { For = found.Has(part) ? [wanted.Id] : [], Part = part.Part };
    }

    /// <summary>Whether a sidecar still is in a network that its main container has left: that gets another one at each start.</summary>
    public static bool LostNetwork(AppSpec spec, FoundContainer main, FoundContainer sidecar) =>
        spec.Network != "host" && sidecar.Details.State == "running" && main.Details.State == "running" && main.Details.StartedAt > sidecar.Details.StartedAt;

    /// <summary>An init container runs until it has succeeded, unless nothing is ever to run again.</summary>
    public static RestartPolicy PolicyOf(InstancePart part, WantedInstance wanted) =>
        part.Kind == PartKind.Init && EndOfRun.PolicyOf(wanted.Spec) != RestartPolicy.Never ? RestartPolicy.OnFailure : EndOfRun.PolicyOf(wanted.Spec);

    private static Operation? Step(HostSituation situation, WantedInstance wanted, InstancePart sidecar, FoundContainer main, FoundContainer? present, DateTimeOffset now)
    {
        var memory = situation.Memories[wanted.Id].Parts.GetValueOrDefault(sidecar.Name);
        switch (present?.Details.State)
        {
            case null:
                return situation.HasImage(wanted, sidecar) ? Create(situation, wanted, sidecar, main.Id, []) : null;
            case "created":
                return Start(wanted, sidecar, present.Id);
            case "exited" or "dead" when EndOfRun.RunsAgain(EndOfRun.PolicyOf(wanted.Spec), present.Details.ExitCode):
                return Start(wanted, sidecar, present.Id);
            case "running" when LostNetwork(wanted.Spec, main, present):
                var grace = wanted.Spec.Stop.GracePeriod < LongestRejoin ? wanted.Spec.Stop.GracePeriod : LongestRejoin;
                return Restart(wanted, sidecar, present.Id, grace, "its main container has another network since it started again");
            case "running" when memory?.Observation.Health == Health.Unhealthy && sidecar.Spec!.Health is { OnUnhealthy: OnUnhealthy.Restart } health
                    && (memory.RestartedAt is not { } last || now - last >= health.Interval * health.Retries):
                return Restart(wanted, sidecar, present.Id, wanted.Spec.Stop.GracePeriod, memory.Observation.Reason);
            default:
                return null;
        }
    }

    private static CreateAndStart Create(HostSituation situation, WantedInstance wanted, InstancePart part, string? main, ImmutableArray<VolumeRequest> volumes) =>
        new(wanted.Id, ContainerRequests.OfPart(situation.Host, wanted, part, main), volumes, wanted.TitleOf(part)) { For = [wanted.Id], Part = part.Name };

    private static StartContainer Start(WantedInstance wanted, InstancePart part, string id) => new(wanted.Id, id, wanted.TitleOf(part)) { For = [wanted.Id], Part = part.Name };

    private static RestartContainer Restart(WantedInstance wanted, InstancePart part, string id, TimeSpan grace, string reason) =>
        new(wanted.Id, id, grace, wanted.TitleOf(part), reason) { For = [wanted.Id], Part = part.Name };

    /// <summary>An init container that has succeeded is not run again, also where someone removed it since.</summary>
    private static bool IsDone(InstancePart init, InstanceContainers found, InstanceMemory memory) => found.Of(init.Name) is { } present
        ? present.Details is { State: "exited" or "dead", ExitCode: 0, StartedAt: not null }
        : memory.Parts.GetValueOrDefault(init.Name)?.Observation.State == PartState.Completed;

    private static bool IsDue(InstanceMemory memory, string part, DateTimeOffset now) =>
        memory.Parts.GetValueOrDefault(part)?.Trouble is not { } trouble || trouble.NextTryAt <= now;
}
