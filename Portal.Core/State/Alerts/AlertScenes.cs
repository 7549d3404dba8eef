using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Core.State.Alerts;

/// <summary>Makes of what pages show what rules are held against.</summary>
internal static class AlertScenes
{
    public static AlertScene Of(LiveSnapshot snapshot, UsageSnapshot usage, RestartLog restarts, DateTimeOffset now)
    {
        var apps = snapshot.Apps.Values.Where(a => !a.Deleting).ToList();
        var scene = new AlertScene
        {
            Apps = [.. apps.Select(a => new AppFacts(a.TeamId, a.Team, a.Name, a.Status, a.Reason, a.Rollout?.State.Status, a.Rollout?.State.Reason ?? ""))],
            Instances = [.. apps.SelectMany(a => snapshot.Instances.GetValueOrDefault(a.Id, []).Where(i => i.Host is not null).Select(i => Facts(a, i, usage)))],
            Hosts = [.. snapshot.Hosts.Values.Select(h => Facts(h, usage))],
        };
        return scene with { Restarts = restarts.With(scene.Instances, now) };
    }

    private static InstanceFacts Facts(AppView app, InstanceView instance, UsageSnapshot usage)
    {
        var used = usage.Instances.GetValueOrDefault(instance.Id);
        var limits = app.Spec.Resources;
        return new InstanceFacts(app.TeamId, app.Team, app.Name, instance.Id, instance.Slot, instance.Host!, instance.Restarts,
            new UsageFacts(used?.Cpu, used?.Memory, limits.LimitCpus, used?.MemoryLimit ?? limits.LimitMemoryBytes));
    }

    private static HostFacts Facts(HostView host, UsageSnapshot usage)
    {
        var used = usage.Hosts.GetValueOrDefault(host.Id);
        return new HostFacts(host.Name, host.State, host.Reason, new UsageFacts(used?.Cpu, used?.Memory, host.Capacity.Cpus > 0 ? host.Capacity.Cpus : null, host.Capacity.MemoryBytes > 0 ? host.Capacity.MemoryBytes : null));
    }
}
