using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Reconciliation.Model;

namespace Portal.Tests.Core.Reconciliation;

/// <summary>One app on a few simulated hosts in virtual time; every step that is taken is the reconciler's own decision.</summary>
internal sealed class ReconcilerSimulation
{
    private readonly Random chance;
    private readonly Dictionary<HostId, HostInput> hosts;
    private readonly Dictionary<InstanceId, InstanceInput> live = [];
    private readonly Dictionary<int, long> epochs = [];
    private DateTimeOffset now = Now;
    private int? bad;

    public ReconcilerSimulation(int seed)
    {
        chance = new Random(seed);
        hosts = Hosts(chance.Next(2, 6));
        App = Of(Spec(s => s with
        {
            Update = s.Update with { Order = chance.Next(2) == 0 ? UpdateOrder.StartFirst : UpdateOrder.StopFirst, MaxSurge = new(chance.Next(1, 3)), MaxUnavailable = new(chance.Next(2)) },
        }), chance.Next(1, 7));
    }

    public AppInput App { get; private set; }

    public Bounds Bounds => Bounds.Of(App.Spec, App.Replicas);

    /// <summary>Something happens, the reconciler decides, the hosts do some of it.</summary>
    public void Step(bool calm)
    {
        now += TimeSpan.FromSeconds(chance.Next(1, 4));
        if (!calm && chance.Next(6) == 0)
        {
            Disturb();
        }
        Decide();
        HostsWork(calm);
    }

    public int Present => live.Values.Count(i => i.Host is { } h && !hosts[h].IsLost && i.Observed?.State is InstanceState.Running or InstanceState.Starting);

    public int Available => live.Values.Where(i => i.Desired == DesiredState.Run && i.Observed?.ReadySince is not null && !hosts[i.Host!.Value].IsLost).Select(i => i.Slot).Distinct().Count();

    public IEnumerable<InstanceInput> Running => live.Values.Where(i => i.Observed?.State == InstanceState.Running);

    public AppDecision LastDecision { get; private set; } = null!;

    /// <summary>A new revision, or a drained host.</summary>
    public void Change()
    {
        if (chance.Next(2) == 0)
        {
            App = App with { Revision = App.Revision + 1, Generation = App.Generation + 1 };
        }
        else
        {
            var host = hosts.Keys.First();
            hosts[host] = hosts[host] with { Availability = Availability.Draining };
        }
    }

    /// <summary>A new revision whose containers crash as soon as they start.</summary>
    public void Spoil()
    {
        Ask();
        bad = App.Revision;
    }

    /// <summary>A new revision that no host has room for.</summary>
    public void Outgrow()
    {
        Ask();
        App = App with { Spec = App.Spec with { Resources = new ResourcesSpec { Reservations = new(1, 1L << 40) } } };
    }

    /// <summary>The most instances that a slot has had.</summary>
    public long MostEpochs => epochs.Values.DefaultIfEmpty(0).Max();

    /// <summary>A new revision.</summary>
    public void Ask() => App = App with
    {
        Revision = App.Revision + 1,
        Generation = App.Generation + 1,
        Intent = new RolloutIntent(App.Generation + 1, App.Revision + 1),
        Specs = App.Specs.SetItem(App.Revision, App.Spec),
    };

    /// <summary>A user pauses, resumes, cancels or asks for something else, now and then.</summary>
    public void Steer()
    {
        switch (chance.Next(60))
        {
            case 0:
                App = App with { Intent = App.Intent with { Paused = true } };
                break;
            case 1 or 2:
                App = App with { Intent = App.Intent with { Paused = false } };
                break;
            case 3:
                App = App with { Intent = App.Intent with { Cancelled = true } };
                break;
            case 4:
                Ask();
                break;
        }
    }

    /// <summary>Another disruption budget, none half of the time.</summary>
    public void SetBudget() => App = App with { Spec = App.Spec with { Disruption = chance.Next(2) == 0 ? null : new CountOrPercent(chance.Next(0, 4)) } };

    /// <summary>How many may be down by choice.</summary>
    public int Budget => Bounds.BudgetOf(App.Spec, App.Replicas);

    /// <summary>All hosts but one are drained at once.</summary>
    public void DrainMany()
    {
        foreach (var host in hosts.Keys.Skip(1).Take(chance.Next(1, hosts.Count)).ToList())
        {
            hosts[host] = hosts[host] with { Availability = Availability.Draining };
        }
    }

    /// <summary>A rebalance moves some instances.</summary>
    public void MoveSome() => App = App with { Moves = Running.Where(_ => chance.Next(2) == 0).ToImmutableDictionary(i => i.Id, _ => "a rebalance moves it") };

    /// <summary>Planned reboots of some hosts are announced; one host stays.</summary>
    public void AnnounceReboots()
    {
        foreach (var host in hosts.Keys.Skip(1).Take(chance.Next(1, hosts.Count)).ToList())
        {
            hosts[host] = hosts[host] with { Availability = Availability.Cordoned, Reboot = new PlannedReboot(now, TimeSpan.FromMinutes(30), now) };
        }
    }

    /// <summary>Whether no instance that must leave is left on a host that is to be rebooted.</summary>
    public bool MayReboot => RebootRule.MustLeave([.. live.Values.Where(i => hosts[i.Host!.Value].Reboot is not null).Select(i => i.Slot).Distinct().Select(s => (s, false))], Budget).Count == 0
        && live.Values.All(i => i.Desired == DesiredState.Run);

    /// <summary>The announced reboots begin.</summary>
    public void Reboot() => OnAnnounced(h => h with { Reachability = Reachability.Unreachable, Reboot = h.Reboot! with { LastSeenAt = now } });

    /// <summary>They end, and what was announced with them.</summary>
    public void ComeBack() => OnAnnounced(h => h with { Reachability = Reachability.Reachable, Availability = Availability.Active, Reboot = null });

    public IReadOnlyCollection<InstanceId> All => [.. live.Keys];

    private void OnAnnounced(Func<HostInput, HostInput> change)
    {
        foreach (var host in hosts.Values.Where(h => h.Reboot is not null).ToList())
        {
            hosts[host.Id] = change(host);
        }
    }

    public void LetGo() => App = App with { Intent = App.Intent with { Paused = false } };

    public void Heal()
    {
        foreach (var id in hosts.Keys.ToList())
        {
            hosts[id] = hosts[id] with { Reachability = Reachability.Reachable, Availability = Availability.Active };
        }
    }

    private void Disturb()
    {
        var host = hosts.Keys.ElementAt(chance.Next(hosts.Count));
        switch (chance.Next(7))
        {
            case 0:
                App = App with { Revision = App.Revision + 1, Generation = App.Generation + 1 };
                break;
            case 1:
                App = App with { Replicas = chance.Next(0, 7), Generation = App.Generation + 1 };
                break;
            case 2:
                hosts[host] = hosts[host] with { Reachability = hosts[host].IsLost ? Reachability.Reachable : Reachability.Unreachable };
                break;
            case 3:
                hosts[host] = hosts[host] with { Availability = hosts[host].Availability == Availability.Active ? Availability.Draining : Availability.Active };
                break;
            case 4:
                App = App with { RestartGeneration = App.Generation + 1, Generation = App.Generation + 1 };
                break;
            default:
                var running = Running.Where(i => i.Desired == DesiredState.Run).ToList();
                if (running.Count > 0)
                {
                    var broken = running[chance.Next(running.Count)];
                    var failure = chance.Next(2) == 0 ? InstanceFailure.RemovedOutside : InstanceFailure.CrashLoop;
                    live[broken.Id] = broken with { Observed = new Observed { State = InstanceState.Failed, Failure = failure, Reason = "it broke", At = now } };
                }
                break;
        }
    }

    private void Decide()
    {
        App = App with { Instances = [.. live.Values.OrderBy(i => i.Slot).ThenBy(i => i.Epoch)], Epochs = epochs.ToImmutableDictionary() };
        LastDecision = AppReconciler.Reconcile(App, hosts, now);
        App = App with { Rollout = LastDecision.Rollout };
        var session = new SchedulingSession();
        foreach (var host in hosts.Values)
        {
            session.UpsertHost(new HostSnapshot { Id = host.Id, Name = host.Name, Availability = host.Availability, Reachability = host.Reachability, Capacity = new(8, 1L << 33) });
        }
        foreach (var instance in live.Values.Where(i => i.Host is not null))
        {
            session.OccupyInstance(instance.Host!.Value, App.Id, App.SpecOf(instance.Revision));
        }
        foreach (var ended in LastDecision.End)
        {
            live.Remove(ended);
        }
        foreach (var stop in LastDecision.Stop)
        {
            if (stop.OnlyIfFits is { } successor && session.ExplainAll(Request(successor) with { Replaces = live[stop.Id].Host }).Hosts.All(h => h.RefusedBy is not null))
            {
                continue;
            }
            live[stop.Id] = live[stop.Id] with { Desired = DesiredState.Stop };
        }
        foreach (var created in LastDecision.Create)
        {
            Assert.True(created.Epoch > epochs.GetValueOrDefault(created.Slot), "an epoch was used twice");
            epochs[created.Slot] = created.Epoch;
            live.Add(created.Id, new InstanceInput { Id = created.Id, Slot = created.Slot, Epoch = created.Epoch, Revision = created.Revision, RestartGeneration = App.RestartGeneration, Desired = DesiredState.Run, CreatedAt = now });
        }
        var wanting = LastDecision.Create.Concat(LastDecision.Place).Select(Request).ToList();
        var result = session.Place(wanting);
        foreach (var placed in result.Placed)
        {
            live[placed.Instance] = live[placed.Instance] with { Host = placed.Host, PendingReason = null };
        }
        foreach (var unplaced in result.Unplaced)
        {
            live[unplaced.Instance] = live[unplaced.Instance] with { PendingReason = unplaced.Reason };
        }
    }

    private PlacementRequest Request(NewInstance w) =>
        new() { Instance = w.Id, App = App.Id, Slot = w.Slot, Spec = App.SpecOf(w.Revision), Pin = w.Pin, Avoid = w.Avoid, Predecessor = w.Predecessor };

    private void HostsWork(bool calm)
    {
        foreach (var instance in live.Values.Where(i => i.Host is { } h && !hosts[h].IsLost).ToList())
        {
            if (calm || chance.Next(2) == 0)
            {
                live[instance.Id] = instance with { Observed = Advance(instance) };
            }
        }
    }

    private Observed Advance(InstanceInput instance) => (instance.Desired, instance.Observed?.State) switch
    {
        (DesiredState.Stop, _) => new Observed { State = InstanceState.Stopped, At = now },
        (_, null) => new Observed { State = InstanceState.Starting, At = now },
        (_, InstanceState.Starting or InstanceState.Failed) when instance.Revision == bad =>
            new Observed { State = InstanceState.Failed, Failure = InstanceFailure.CrashLoop, Reason = "exit code 1", At = now },
        (_, InstanceState.Starting) => new Observed { State = InstanceState.Running, ReadySince = now, At = now },
        _ => instance.Observed!,
    };
}
