using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>What people are told when an observation changes; nothing when only numbers did. Pure.</summary>
internal static class InstanceEvents
{
    public static IEnumerable<EventDraft> Of(HostScope host, WantedInstance wanted, InstanceObservation before, InstanceObservation after)
    {
        if (OfInstance(host, wanted, before, after) is { } draft)
        {
            yield return draft;
        }
        if (after.Failure != InstanceFailure.None)
        {
            yield break;
        }
        foreach (var part in after.Parts.Where(p => p is { Kind: not PartKind.Main, Crashes.IsEmpty: false }))
        {
            var known = before.Parts.FirstOrDefault(p => p.Name == part.Name)?.Crashes ?? [];
            if (known.IsEmpty || part.Crashes[^1] > known[^1])
            {
                var code = part.ExitCode is { } exit ? $" with exit code {exit}" : "";
                yield return Draft(host, wanted, Severity.Warning, "InstanceCrashed", $"{PartWords.Of(part.Kind, part.Name)} of {wanted.Title} on {host.Name} crashed{code}; its engine restarts it.");
            }
        }
    }

    private static EventDraft? OfInstance(HostScope host, WantedInstance wanted, InstanceObservation before, InstanceObservation after)
    {
        var who = $"{wanted.Title} on {host.Name}";
        if (after.Failure != before.Failure && after.Failure != InstanceFailure.None)
        {
            return Failed(host, wanted, who, after);
        }
        if (after.Crashes.Length > 0 && (before.Crashes.Length == 0 || after.Crashes[^1] > before.Crashes[^1]) && after.Failure == InstanceFailure.None)
        {
            var code = after.ExitCode is { } exit ? $" with exit code {exit}" : "";
            return Draft(host, wanted, Severity.Warning, "InstanceCrashed", $"{who} crashed{code}; its engine restarts it.");
        }
        if (after.Health == Health.Unhealthy && before.Health != Health.Unhealthy)
        {
            return Draft(host, wanted, Severity.Warning, "InstanceUnhealthy", $"{who} is {after.Reason}.");
        }
        if (after.Health == Health.Healthy && before.Health == Health.Unhealthy)
        {
            return Draft(host, wanted, Severity.Info, "InstanceHealthy", $"{who} is healthy again.");
        }
        if (after.State == InstanceState.Running && before.State is InstanceState.Assigned or InstanceState.Pulling or InstanceState.Starting && after.Crashes.IsEmpty)
        {
            return after.StartedAt == before.StartedAt ? null : Draft(host, wanted, Severity.Info, "InstanceStarted", $"{who} started.");
        }
        if (after.State == InstanceState.Stopped && before.State != InstanceState.Stopped && after.ContainerId is not null)
        {
            if (wanted.Run is { } run && wanted.Kept)
            {
                // Of one that had failed it was told.
                return before.State == InstanceState.Failed ? null
                    : wanted.Desired == DesiredState.Run ? Draft(host, wanted, Severity.Info, "InstanceCompleted", $"{who}, of run {run}, {after.Reason}.")
                    : Draft(host, wanted, Severity.Info, "InstanceStopped", $"{who}, of run {run}, has stopped: {after.Reason}.");
            }
            return Draft(host, wanted, Severity.Info, "InstanceStopped", $"{who} is gone{(after.Reason.Length == 0 ? "" : $": {after.Reason}")}.");
        }
        return null;
    }

    public static EventDraft Restarted(HostScope host, WantedInstance wanted, RestartContainer restart) =>
        restart.Part == InstanceParts.Main ? Draft(host, wanted, Severity.Warning, "InstanceRestarted", $"{restart.Title} on {host.Name} was restarted because it was {restart.Reason}.")
        : Draft(host, wanted, Severity.Info, "ContainerRestarted", $"{restart.Title} on {host.Name} was restarted: {restart.Reason}.");

    private static EventDraft Failed(HostScope host, WantedInstance wanted, string who, InstanceObservation after) => after.Failure switch
    {
        InstanceFailure.RemovedOutside => Draft(host, wanted, Severity.Warning, "InstanceRemovedOutside", $"{who} was removed outside Portal."),
        InstanceFailure.StoppedOutside => Draft(host, wanted, Severity.Warning, "InstanceStoppedOutside", $"{who}: {after.Reason.TrimEnd('.')}."),
        InstanceFailure.Exited => Draft(host, wanted, Severity.Warning, "InstanceExited", $"{who} {after.Reason}."),
        InstanceFailure.CrashLoop => Draft(host, wanted, Severity.Error, "InstanceCrashLoop", $"{who} {after.Reason}."),
        InstanceFailure.Unhealthy => Draft(host, wanted, Severity.Warning, "InstanceUnhealthy", $"{who} is {after.Reason}."),
        InstanceFailure.NameTaken => Draft(host, wanted, Severity.Error, "InstanceNameTaken", $"{who} cannot be created: {after.Reason}."),
        _ => Draft(host, wanted, Severity.Error, "EngineTrouble", $"{who} does not start: {after.Reason.TrimEnd('.')}."),
    };

    private static EventDraft Draft(HostScope host, WantedInstance wanted, Severity severity, string kind, string message) =>
        new(severity, kind, message, wanted.Team, wanted.App, wanted.AppName, host.Id, host.Name, wanted.Id);
}
