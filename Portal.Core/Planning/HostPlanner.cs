using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>
/// What is to be done on one host now. Pure. An operation is planned only once what it needs is there, so whoever carries a plan out
/// may do all of it at once, and plans again when something is done.
/// </summary>
public static class HostPlanner
{
    /// <summary>The operations, in the order in which they are best begun: first what makes room, then what takes it.</summary>
    public static ImmutableArray<Operation> Plan(HostSituation situation, DateTimeOffset now)
    {
        var chosen = situation.ContainersByInstance();
        var plan = new List<Operation>();
        plan.AddRange(Removals(situation, chosen, now));
        plan.AddRange(Needs(situation, chosen, now));
        foreach (var wanted in situation.Wanted.Values.Where(w => w.Desired == DesiredState.Run).OrderBy(w => w.AppName, StringComparer.Ordinal).ThenBy(w => w.Slot).ThenBy(w => w.Epoch))
        {
            if (Advance(situation, wanted, chosen.GetValueOrDefault(wanted.Id), now) is { } operation)
            {
                plan.Add(operation);
            }
        }
        plan.AddRange(situation.Volumes.Where(v => (v.NextTryAt is not { } due || due <= now) && !IsUsed(situation, v)).Select(v => new RemoveVolume(v)));
        plan.AddRange(situation.Networks.Values.Where(n => n.IdleSince is { } since && now - since >= situation.NetworkIdle && !IsUsed(situation, n.Team)).Select(n => new RemoveNetwork(n.Name)));
        return [.. plan.Where(o => !situation.UnderWay.Contains(o.Key))];
    }

    /// <summary>Whether an instance waits for its image.</summary>
    public static bool WaitsForImage(HostSituation situation, WantedInstance wanted) => !situation.HasImage(wanted);

    private static IEnumerable<Operation> Removals(HostSituation situation, Dictionary<InstanceId, FoundContainer> chosen, DateTimeOffset now)
    {
        foreach (var container in situation.Containers.OrderBy(c => c.Details.Name, StringComparer.Ordinal))
        {
            if (container.Details.State == "removing")
            {
                continue;
            }
            if (container.Instance is { } id && situation.Wanted.TryGetValue(id, out var wanted))
            {
                var best = chosen[id].Id == container.Id;
                if (wanted.Desired == DesiredState.Stop && IsDue(situation, id, now) && HasLeft(situation, wanted, container, now))
                {
                    yield return Remove(container, wanted.Spec.Stop.GracePeriod, wanted.StopReason ?? "it is no longer wanted") with { For = best ? [id] : [] };
                }
                else if (wanted.Desired == DesiredState.Run && !best)
                {
                    yield return Remove(container, wanted.Spec.Stop.GracePeriod, "its instance has another container");
                }
            }
            else if (situation.Surplus.Contains(container.Id))
            {
                yield return Remove(container, TimeSpan.FromSeconds(10), "no assignment names it");
            }
        }
    }

    /// <summary>Networks and images that instances wait for.</summary>
    private static IEnumerable<Operation> Needs(HostSituation situation, Dictionary<InstanceId, FoundContainer> chosen, DateTimeOffset now)
    {
        var waiting = situation.Wanted.Values.Where(w => w.Desired == DesiredState.Run && !chosen.ContainsKey(w.Id) && MayBeCreated(situation, w.Id)).OrderBy(w => w.Id.Value).ToList();
        foreach (var team in waiting.Where(w => w.Spec.Network != "host").GroupBy(w => w.TeamName))
        {
            var name = EngineNames.Network(situation.Host.Cluster, team.Key);
            if (!situation.Networks.ContainsKey(name) && team.Any(w => IsDue(situation, w.Id, now)))
            {
                yield return new EnsureNetwork(name, team.Key, NetworkLabels(situation.Host, team.Key)) { For = [.. team.Select(w => w.Id)] };
            }
        }
        // By team, for each has its own credentials.
        foreach (var image in waiting.Where(w => WaitsForImage(situation, w)).GroupBy(w => (Image: ImageChoice.Of(w), w.Team)))
        {
            if (image.Any(w => IsDue(situation, w.Id, now)))
            {
                yield return new PullImage(image.Key.Image, image.Key.Team, image.Max(w => w.Spec.Pull), image.Any(w => w is { ResolvesAnew: true, ImageDigest: null })) { For = [.. image.Select(w => w.Id)] };
            }
        }
    }

    private static Operation? Advance(HostSituation situation, WantedInstance wanted, FoundContainer? container, DateTimeOffset now)
    {
        var memory = situation.Memories[wanted.Id];
        switch (container?.Details.State)
        {
            case null:
                var network = EngineNames.Network(situation.Host.Cluster, wanted.TeamName);
                var hasNetwork = wanted.Spec.Network == "host" || situation.Networks.ContainsKey(network) && !situation.UnderWay.Contains($"network {network}");
                return MayBeCreated(situation, wanted.Id) && IsDue(situation, wanted.Id, now) && hasNetwork && !WaitsForImage(situation, wanted)
                    ? new CreateAndStart(wanted.Id, ContainerRequests.Of(situation.Host, wanted), ContainerRequests.VolumesOf(situation.Host, wanted), wanted.Title) { For = [wanted.Id] }
                    : null;
            case "created":
                return IsDue(situation, wanted.Id, now) ? new StartContainer(wanted.Id, container.Id, wanted.Title) { For = [wanted.Id] } : null;
            case "running" when memory.Observation.Health == Health.Unhealthy && wanted.Spec.Health.OnUnhealthy == OnUnhealthy.Restart:
                var pause = wanted.Spec.Health.Interval * wanted.Spec.Health.Retries;
                return IsDue(situation, wanted.Id, now) && (memory.RestartedAt is not { } last || now - last >= pause)
                    ? new RestartContainer(wanted.Id, container.Id, wanted.Spec.Stop.GracePeriod, wanted.Title, memory.Observation.Reason) { For = [wanted.Id] }
                    : null;
            default:
                return null;
        }
    }

    /// <summary>Whether callers have had time to turn to other endpoints.</summary>
    private static bool HasLeft(HostSituation situation, WantedInstance wanted, FoundContainer container, DateTimeOffset now) =>
        container.Details.State != "running" || situation.Memories[wanted.Id].LeavingSince is not { } since || now - since >= wanted.Spec.Stop.Delay;

    /// <summary>A container that was once seen is never made again: the successor is a new instance.</summary>
    private static bool MayBeCreated(HostSituation situation, InstanceId id) =>
        situation.Memories[id] is { Observation.ContainerId: null, NameTakenBy: null };

    private static bool IsDue(HostSituation situation, InstanceId id, DateTimeOffset now) =>
        situation.Memories[id].Trouble is not { } trouble || trouble.NextTryAt <= now;

    private static StopAndRemove Remove(FoundContainer container, TimeSpan gracePeriod, string reason) => new(
        container.Id, container.Details.Name, container.Details.State is "running" or "restarting" or "paused", gracePeriod, reason);

    private static bool IsUsed(HostSituation situation, UnwantedVolume volume) =>
        situation.Containers.Any(c => c.Slot == volume.Slot && c.App == volume.AppName && c.Team == volume.TeamName)
        || situation.Wanted.Values.Any(w => w.Slot == volume.Slot && w.AppName == volume.AppName && w.Team == volume.Team && w.Desired == DesiredState.Run);

    private static bool IsUsed(HostSituation situation, string team) =>
        situation.Containers.Any(c => c.Team == team) || situation.Wanted.Values.Any(w => w.TeamName == team);

    private static ImmutableDictionary<string, string> NetworkLabels(HostScope host, string team) => ImmutableDictionary.CreateRange(
    [
        KeyValuePair.Create(LabelKeys.Cluster, host.Cluster.ToString()),
        KeyValuePair.Create(LabelKeys.Team, team),
    ]);
}
