using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Controls;

/// <summary>How a state is shown: always a word and an icon; the tone only repeats them. Green is only for what was checked.</summary>
/// <param name="Word">The word.</param>
/// <param name="Icon">A symbol of the sprite.</param>
/// <param name="Tone"><c>good</c>, <c>run</c>, <c>work</c>, <c>warn</c>, <c>bad</c> or <c>idle</c>.</param>
/// <param name="Turning">Whether the icon turns, for something is under way.</param>
public sealed partial record Look(string Word, string Icon, string Tone, bool Turning = false)
{
    public static Look Of(AppView app) => app.Deleting ? new("Deleting", "working", "work", true) : Of(app.Status);

    public static Look Of(AppStatus status) => status switch
    {
        AppStatus.Healthy => new("Healthy", "healthy", "good"),
        AppStatus.Running => new("Running", "running", "run"),
        AppStatus.Progressing => new("Progressing", "working", "work", true),
        AppStatus.Degraded => new("Degraded", "warning", "warn"),
        AppStatus.Pending => new("Pending", "pending", "warn"),
        AppStatus.Failed => new("Failed", "failed", "bad"),
        AppStatus.Stopped => new("Stopped", "stopped", "idle"),
        _ => new("Unknown", "unknown", "idle"),
    };

    public static Look Of(InstanceView instance) => instance.State switch
    {
        // It was healthy, but its last probe failed, or a sidecar is down.
        InstanceState.Running when instance is { Health: Health.Healthy, Ready: false } or { Health: Health.None, Ready: false, Containers.Length: > 1 } => new("Not ready", "warning", "warn"),
        InstanceState.Running => Of(instance.Health),
        InstanceState.Pending => new("Pending", "pending", "warn"),
        InstanceState.Assigned => new("Assigned", "pending", "work"),
        InstanceState.Pulling => new("Pulling", "working", "work", true),
        InstanceState.Starting => new("Starting", "working", "work", true),
        InstanceState.Stopping => new("Stopping", "working", "idle", true),
        InstanceState.Stopped => new("Stopped", "stopped", "idle"),
        InstanceState.Failed => new("Failed", "failed", "bad"),
        _ => new("Unknown", "unknown", "idle"),
    };

    /// <summary>Of one of an instance's containers.</summary>
    public static Look Of(ContainerView container) => container.State switch
    {
        PartState.Running => Of(container.Health),
        PartState.Waiting => new("Waiting", "pending", "idle"),
        PartState.Starting => new("Starting", "working", "work", true),
        PartState.Restarting => new("Restarting", "working", "warn", true),
        PartState.Completed => new("Completed", "healthy", "idle"),
        PartState.Failed => new("Failed", "failed", "bad"),
        PartState.Stopping => new("Stopping", "working", "idle", true),
        PartState.Stopped => new("Stopped", "stopped", "idle"),
        _ => new("Unknown", "unknown", "idle"),
    };

    /// <summary>Of a running instance.</summary>
    public static Look Of(Health health) => health switch
    {
        Health.Healthy => new("Healthy", "healthy", "good"),
        Health.None => new("Running", "running", "run"),
        Health.Starting => new("Starting", "working", "work", true),
        Health.Unhealthy => new("Unhealthy", "unhealthy", "bad"),
        _ => new("Unknown", "unknown", "idle"),
    };

    public static Look Of(HostView host) => host.State switch
    {
        "Ready" => new("Ready", "healthy", "good"),
        "Cordoned" => new("No new instances", "stopped", "warn"),
        "Draining" => new("Draining", "drain", "work"),
        "Rebooting" => new("Reboot planned", "restart", "work"),
        "Drained" => new("Drained", "drain", "idle"),
        "Suspect" => new("Suspect", "warning", "warn"),
        "Unreachable" => new("Unreachable", "failed", "bad"),
        _ => new(host.State, "unknown", "idle"),
    };

    public static Look Of(RolloutStatus status) => status switch
    {
        RolloutStatus.Progressing => new("Progressing", "working", "work", true),
        RolloutStatus.Paused => new("Paused", "pause", "warn"),
        RolloutStatus.RollingBack => new("Rolling back", "undo", "warn"),
        RolloutStatus.Succeeded => new("Succeeded", "healthy", "good"),
        RolloutStatus.RolledBack => new("Rolled back", "undo", "warn"),
        RolloutStatus.Failed => new("Failed", "failed", "bad"),
        _ => new("Cancelled", "stopped", "idle"),
    };

    public static Look Of(PullState state) => state switch
    {
        PullState.Waiting => new("Waiting", "pending", "idle"),
        PullState.Pulling => new("Pulling", "working", "work", true),
        PullState.Ready => new("There", "check", "good"),
        _ => new("Failed", "failed", "bad"),
    };

    public static Look Of(Severity severity) => severity switch
    {
        Severity.Error => new("Error", "failed", "bad"),
        Severity.Warning => new("Warning", "warning", "warn"),
        _ => new("Info", "info", "idle"),
    };
}
