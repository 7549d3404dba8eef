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
            var found = chosen.GetValueOrDefault(wanted.Id, InstanceContainers.None);
            if (Advance(situation, wanted, found, now) is { } operation)
            {
                plan.Add(operation);
            }
            plan.AddRange(PartPlanner.Accompany(situation, wanted, found, now));
        }
        plan.AddRange(situation.Volumes.Where(v => (v.NextTryAt is not { } due || due <= now) && !IsUsed(situation, v)).Select(v => new RemoveVolume(v)));
        plan.AddRange(situation.Networks.Values.Where(n => n.IdleSince is { } since && now - since >= situation.NetworkIdle && !IsUsed(situation, n.Team)).Select(n => new RemoveNetwork(n.Name)));
        return [.. plan.Where(o => !situation.UnderWay.Contains(o.Key))];
    }

    private static IEnumerable<Operation> Removals(HostSituation situation, Dictionary<InstanceId, InstanceContainers> chosen, DateTimeOffset now)
    {
        foreach (var container in situation.Containers.OrderBy(c => c.Details.Name, StringComparer.Ordinal))
        {
            if (container.Details.State == "removing")
            {
                continue;
            }
            if (container.Instance is { } id && situation.Wanted.TryGetValue(id, out var wanted))
            {
                var best = chosen[id].Has(container);
                if (wanted is { Desired: DesiredState.Stop, Kept: true } && best)
                {
                    if (StopKept(situation, wanted, chosen[id], container, now) is { } stop)
                    {
                        yield return stop;
                    }
                }
                else if (wanted.Desired == DesiredState.Stop && container.Part != InstanceParts.Main)
                {
                    if (PartPlanner.Remove(situation, wanted, chosen[id], container, now) is { } removal)
                    {
                        yield return removal;
                    }
                }
                else if (wanted.Desired == DesiredState.Stop && IsDue(situation, id, now) && HasLeft(situation, wanted, container, now))
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

    /// <summary>What is kept is only stopped: the main container first, then those beside it.</summary>
    private static StopContainer? StopKept(HostSituation situation, WantedInstance wanted, InstanceContainers found, FoundContainer container, DateTimeOffset now)
    {
        var isMain = container.Part == InstanceParts.Main;
        var waits = isMain ? !IsDue(situation, wanted.Id, now) || !HasLeft(situation, wanted, container, now) : found.Main is { } main && InstanceObserver.Runs(main.Details);
        return waits || !InstanceObserver.Runs(container.Details) ? null
            : new StopContainer(wanted.Id, container.Id, wanted.Spec.Stop.GracePeriod, isMain ? wanted.Title : $"{wanted.Title} {container.Part}", wanted.StopReason ?? "it is no longer wanted") { For = [wanted.Id], Part = container.Part };
    }

    /// <summary>Networks and images that instances wait for.</summary>
    private static IEnumerable<Operation> Needs(HostSituation situation, Dictionary<InstanceId, InstanceContainers> chosen, DateTimeOffset now)
    {
        var waiting = situation.Wanted.Values.Where(w => w.Desired == DesiredState.Run && PartPlanner.Lacks(w, chosen.GetValueOrDefault(w.Id, InstanceContainers.None), MayBeCreated(situation, w.Id)))
            .OrderBy(w => w.Id.Value).ToList();
        foreach (var team in waiting.Where(w => w.Spec.Network != "host").GroupBy(w => w.TeamName))
        {
            var name = EngineNames.Network(situation.Host.Cluster, team.Key);
            if (!situation.Networks.ContainsKey(name) && team.Any(w => IsDue(situation, w.Id, now)))
            {
                yield return new EnsureNetwork(name, team.Key, NetworkLabels(situation.Host, team.Key)) { For = [.. team.Select(w => w.Id)] };
            }
        }
        var forInstances = from w in waiting
                           from part in situation.MissingImages(w)
                           select new NeededImage(ImageChoice.Of(w, part), w.Team, w.Spec.Pull, w.ResolvesAnew && ImageChoice.DigestOf(w, part) is null, IsDue(situation, w.Id, now), w.Id);
        var ahead = from pull in situation.Pulls.Values.OrderBy(p => p.Wanted.App.Value).ThenBy(p => p.Wanted.Revision)
                    from image in situation.MissingImages(pull)
                    select new NeededImage(image.Reference, pull.Wanted.Team, pull.Wanted.Policy, image.ResolvesAnew, pull.Trouble is not { } trouble || trouble.NextTryAt <= now, null);
        // By team, for each has its own credentials.
        foreach (var image in forInstances.Concat(ahead).GroupBy(n => (n.Image, n.Team)).Where(g => g.Any(n => n.IsDue)))
        {
            yield return new PullImage(image.Key.Image, image.Key.Team, image.Max(n => n.Policy), image.Any(n => n.ResolvesAnew)) { For = [.. image.Select(n => n.Instance).OfType<InstanceId>().Distinct()] };
        }
    }

    private sealed record NeededImage(string Image, TeamId Team, PullPolicy Policy, bool ResolvesAnew, bool IsDue, InstanceId? Instance);

    private static Operation? Advance(HostSituation situation, WantedInstance wanted, InstanceContainers found, DateTimeOffset now)
    {
        var memory = situation.Memories[wanted.Id];
        var container = found.Main;
        switch (container?.Details.State)
        {
            case null:
                var network = EngineNames.Network(situation.Host.Cluster, wanted.TeamName);
                var hasNetwork = wanted.Spec.Network == "host" || situation.Networks.ContainsKey(network) && !situation.UnderWay.Contains($"network {network}");
                if (!MayBeCreated(situation, wanted.Id) || !IsDue(situation, wanted.Id, now) || !hasNetwork || situation.MissingImages(wanted).Any())
                {
                    return null;
                }
                return PartPlanner.NextInit(wanted, found, memory) is { } init
                    ? PartPlanner.Advance(situation, wanted, init, found, now)
                    : new CreateAndStart(wanted.Id, ContainerRequests.Of(situation.Host, wanted), ContainerRequests.VolumesOf(situation.Host, wanted), wanted.Title) { For = [wanted.Id] };
            case "created":
                return IsDue(situation, wanted.Id, now) ? new StartContainer(wanted.Id, container.Id, wanted.Title) { For = [wanted.Id] } : null;
            case "running" when memory.Observation.MainHealth == Health.Unhealthy && wanted.Spec.Health.OnUnhealthy == OnUnhealthy.Restart:
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

    internal static StopAndRemove Remove(FoundContainer container, TimeSpan gracePeriod, string reason) => new(
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
