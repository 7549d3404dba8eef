using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Tests.Simulation;

/// <summary>Whether everything is as users described it: what the store says, and what the engines have.</summary>
internal sealed class Description(World world)
{
    /// <summary>What is not as described yet, in a sentence; null if everything is.</summary>
    public string? Missing()
    {
        if (world.Store.Hosts.Values.FirstOrDefault(h => h.Reachability != Reachability.Reachable) is { } silent)
        {
            return $"host {silent.Registration.Name} is {silent.Reachability}: {silent.Report?.Reason}";
        }
        foreach (var app in world.Store.Apps.Values)
        {
            if (Missing(app) is { } missing)
            {
                return missing;
            }
        }
        var names = world.Store.Apps.Values.Select(a => a.Name).ToHashSet();
        var left = world.Ours.FirstOrDefault(o => !names.Contains(o.Container.Labels[LabelKeys.App]));
        return left.Container is null ? null : $"{left.Container.Name} is on {left.Engine.Name}, of an app that is gone";
    }

    /// <summary>So many instances as the app should have now.</summary>
    public int Wanted(AppRecord app) => app.IsOff ? 0 : app.Spec.Kind == AppKind.Global ? world.Engines.Count(IsActive) : app.Replicas;

    public string? Missing(AppRecord app)
    {
        if (app.Deleted)
        {
            return $"{app.Name} was deleted and is still there";
        }
        var wanted = Wanted(app);
        var live = app.Assignments.Values.Where(a => !a.HasEnded).ToList();
        if (live.Count != wanted || live.Exists(a => a.Desired == DesiredState.Stop))
        {
            return $"{app.Name} has {live.Count} instances where {wanted} are wanted: {string.Join(", ", live.Select(Words))}";
        }
        var all = world.Ours.Where(o => o.Container.Labels[LabelKeys.App] == app.Name).ToList();
        var containers = all.Where(o => o.Container.IsMain).ToList();
        if (containers.Count != wanted)
        {
            return $"{app.Name} has {containers.Count} containers where {wanted} are wanted: {string.Join(", ", containers.Select(c => $"{c.Container.Name} on {c.Engine.Name} is {c.Container.State}"))}";
        }
        if (all.Find(o => !live.Exists(i => i.Id.ToString() == o.Container.Instance)).Container is { } left)
        {
            return $"{left.Name} is there, of an instance that is gone";
        }
        foreach (var instance in live)
        {
            if ((Missing(app, instance, containers) ?? Beside(app, instance, all)) is { } missing)
            {
                return missing;
            }
        }
        return app.Rollout is not { IsOver: true } ? $"the rollout of {app.Name} is {app.Rollout?.Status}: {app.Rollout?.Reason}"
            : app.ObservedGeneration != app.Generation ? $"{app.Name} is at generation {app.Generation}, acted on was {app.ObservedGeneration}"
            : wanted > 0 && app.Status?.Status is not (AppStatus.Healthy or AppStatus.Running) ? $"{app.Name} is said to be {app.Status?.Status}: {app.Status?.Reason}"
            : null;
    }

    private string? Missing(AppRecord app, AssignmentRecord instance, List<(SimulatedEngine Engine, SimulatedContainer Container)> containers)
    {
        var container = containers.FirstOrDefault(c => c.Container.Instance == instance.Id.ToString());
        return container.Container is null ? $"{instance.Title} has no container: {Words(instance)}"
            : container.Engine.Host != instance.Host ? $"{instance.Title} is on {container.Engine.Name} and was assigned elsewhere"
            : instance.Revision != app.InForce ? $"{instance.Title} runs revision {instance.Revision} and not {app.InForce}"
            : !container.Container.Serves(world.Schedule.UtcNow) ? $"{instance.Title} on {container.Engine.Name} does not serve: {Words(instance)}"
            : null;
    }

    /// <summary>Its sidecars run in the network that its main container has now.</summary>
    private static string? Beside(AppRecord app, AssignmentRecord instance, List<(SimulatedEngine Engine, SimulatedContainer Container)> all)
    {
        var group = all.Where(o => o.Container.Instance == instance.Id.ToString()).Select(o => o.Container).ToList();
        var main = group.Single(c => c.IsMain);
        return app.Revisions[instance.Revision].Spec.Sidecars.Select(s => (s.Name, Container: group.SingleOrDefault(c => c.Part == s.Name)))
            .Where(s => s.Container is not { IsRunning: true } || s.Container.Joined != main.Run)
            .Select(s => $"{instance.Title}: its sidecar {s.Name} is {(s.Container is null ? "not there" : s.Container.IsRunning ? "in a network of before" : s.Container.State)}").FirstOrDefault();
    }

    private bool IsActive(SimulatedEngine engine) => world.Store.Hosts[engine.Host].Availability == Availability.Active;

    private string Words(AssignmentRecord a) =>
        $"{a.Title} on {(a.Host is { } host ? world.EngineOf(host).Name : $"no host ({a.PendingReason})")} shall {a.Desired.ToString().ToLowerInvariant()}, is {a.Seen?.State.ToString() ?? "not seen"}{(a.Seen?.Reason is { Length: > 0 } reason ? $" ({reason})" : "")}";
}
