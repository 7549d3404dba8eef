using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Controls;

/// <content>Runs of jobs.</content>
public sealed partial record Look
{
    /// <summary>Of a run.</summary>
    public static Look Of(RunStatus status) => status switch
    {
        RunStatus.Waiting => new("Waiting", "pending", "idle"),
        RunStatus.Running => new("Running", "working", "work", true),
        RunStatus.Succeeded => new("Succeeded", "healthy", "good"),
        RunStatus.Failed => new("Failed", "failed", "bad"),
        RunStatus.Cancelled => new("Cancelled", "stopped", "idle"),
        RunStatus.Skipped => new("Skipped", "next", "warn"),
        _ => new("Missed", "warning", "warn"),
    };

    /// <summary>Of an instance of a run: how it ended, else how it stands.</summary>
    public static Look OfAttempt(InstanceView instance) => instance.Outcome switch
    {
        InstanceOutcome.Succeeded => new("Succeeded", "healthy", "good"),
        InstanceOutcome.Failed => new("Failed", "failed", "bad"),
        InstanceOutcome.Lost => new("Lost", "unknown", "warn"),
        InstanceOutcome.Cancelled => new("Cancelled", "stopped", "idle"),
        _ => Of(instance),
    };
}
