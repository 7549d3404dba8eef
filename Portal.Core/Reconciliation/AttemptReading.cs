using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Core.Reconciliation;

/// <summary>A live instance of a job as an attempt: how it ended, if what was seen of it says that it has.</summary>
internal sealed class AttemptReading
{
    public AttemptReading(InstanceInput instance, AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now)
    {
        var host = instance.Host is { } id ? hosts.GetValueOrDefault(id) : null;
        var (outcome, reason, at) = instance.Outcome is { } recorded
            ? (recorded, instance.StopReason ?? "", Later(instance.CreatedAt, instance.Observed?.At))
            : Judge(instance, app, host, now);
        var seen = instance.Observed;
        var isOver = seen is { State: InstanceState.Stopped } or { FinishedAt: not null } or { Failure: InstanceFailure.RemovedOutside or InstanceFailure.NameTaken };
        Attempt = new Attempt
        {
            Id = instance.Id,
            Run = instance.Run ?? 0,
            Slot = instance.Slot,
            Epoch = instance.Epoch,
            Host = host?.Name,
            Outcome = outcome,
            IsRecorded = instance.Outcome is not null,
            Reason = reason,
            At = at,
            IsPresent = host is { IsLost: false } && !isOver,
        };
    }

    public Attempt Attempt { get; }

    private static (InstanceOutcome? Outcome, string Reason, DateTimeOffset At) Judge(InstanceInput instance, AppInput app, HostInput? host, DateTimeOffset now)
    {
        if (instance.Host is null)
        {
            return (null, "", instance.CreatedAt);
        }
        if (host is null)
        {
            return (InstanceOutcome.Lost, "its host was removed", now);
        }
        var seen = instance.Observed;
        var ended = seen?.FinishedAt ?? seen?.At ?? now;
        switch (seen)
        {
            case { State: InstanceState.Stopped, Failure: InstanceFailure.None, ExitCode: 0 }:
                return (InstanceOutcome.Succeeded, seen.Reason, ended);
            case { Failure: InstanceFailure.Exited }:
                return (InstanceOutcome.Failed, seen.Reason, ended);
            case { Failure: InstanceFailure.EngineTrouble } when !host.IsLost:
                return (InstanceOutcome.Failed, seen.Reason, now);
            case { Failure: InstanceFailure.RemovedOutside or InstanceFailure.StoppedOutside or InstanceFailure.NameTaken }:
                return (InstanceOutcome.Lost, seen.Reason, ended);
        }
        // Where its data is there, it waits for the host.
        return host.IsLost && !app.VolumeHosts.ContainsKey(instance.Slot)
            ? (InstanceOutcome.Lost, $"host {host.Name} cannot be reached", now)
            : (null, "", instance.CreatedAt);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
