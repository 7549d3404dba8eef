using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using static Portal.Tests.Core.Reconciliation.Model;

namespace Portal.Tests.Core.Reconciliation;

/// <summary>Which instances go when fewer are wanted: those that cost least to lose.</summary>
public sealed class SlotChoiceTests
{
    private static readonly (string Why, InstanceInput Instance)[] s_fromCheapToDear =
    [
        ("it had no host", Unplaced(1)),
        ("it failed", Failed(1, 1, InstanceFailure.CrashLoop)),
        ("its host cannot be reached", Ready(1, 8)),
        ("it was not ready", Starting(1, 1)),
        ("it was not ready", Ready(1, 7)),
        ("it was not ready", Ready(1, 1, since: Now)),
        ("its host takes no new instances", Ready(1, 6)),
        ("", Ready(1, 1)),
    ];

    private static Dictionary<HostId, HostInput> Hosts { get; } = new(Model.Hosts(8))
    {
        [Host(6)] = Model.Hosts(6)[Host(6)] with { Availability = Availability.Cordoned },
        [Host(7)] = Model.Hosts(7)[Host(7)] with { Reachability = Reachability.Suspect },
        [Host(8)] = Model.Hosts(8)[Host(8)] with { Reachability = Reachability.Unreachable },
    };

    [Fact]
    public void What_serves_less_goes_first_and_that_is_said()
    {
        foreach (var (cheap, dear) in s_fromCheapToDear.Zip(s_fromCheapToDear.Skip(1)))
        {
            var stays = At(2, dear.Instance);
            // As new as can be, where it is about anything else but that.
            var app = Of(Spec(s => s with { Update = s.Update with { MinReady = TimeSpan.FromSeconds(5) } }), 1, cheap.Instance, stays with { CreatedAt = Now });
            var decision = AppReconciler.Reconcile(app, Hosts, Now);
            var gone = decision.Stop.Select(s => (s.Id, s.Reason)).Concat(decision.End.Select(id => (Id: id, Reason: "scaled to 1: it had no host"))).Where(s => s.Id != stays.Id).DistinctBy(s => s.Id);
            Assert.Equal((cheap.Instance.Id, $"scaled to 1: {cheap.Why}"), Assert.Single(gone));
            Assert.DoesNotContain(decision.Stop, s => s.Id == stays.Id && s.Reason.StartsWith("scaled", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Hosts_share_evenly_what_stays()
    {
        var app = Of(Spec(), 3, Ready(1, 1), Ready(2, 1), Ready(3, 1), Ready(4, 2), Ready(5, 3));
        Assert.Equal([2, 3], Stopped(app));
        Assert.Equal([2, 3, 4], Stopped(app with { Replicas = 2, Instances = app.Instances.SetItem(3, app.Instances[3] with { CreatedAt = Now }) }));
    }

    [Fact]
    public void Of_equals_the_newest_go() =>
        Assert.Equal([1], Stopped(Of(Spec(), 2, Ready(1, 1) with { CreatedAt = Now }, Ready(2, 2), Ready(3, 3))));

    [Fact]
    public void Where_data_lies_at_their_numbers_the_lowest_stay()
    {
        var spec = Spec(s => s with { Volumes = [new VolumeSpec("data", "/data")] });
        Assert.Equal([3], Stopped(Of(spec, 2, Starting(1, 1), Ready(2, 1), Ready(3, 3))));
        // What an older revision wrote counts too.
        Assert.Equal([3], Stopped(Of(Spec(), 2, Starting(1, 1), Ready(2, 1), Ready(3, 3)) with { Revision = 2, Specs = ImmutableDictionary<int, AppSpec>.Empty.Add(1, spec) }));
        // Numbers left by a time without data stay as long as they are wanted.
        Assert.Empty(Stopped(Of(spec, 2, Ready(2, 1), Ready(7, 2))));
        Assert.Equal([7], Stopped(Of(spec, 1, Ready(2, 1), Ready(7, 2))));
    }

    [Fact]
    public void A_gap_is_left_until_more_are_wanted_and_then_filled()
    {
        var app = Of(Spec(), 2, Ready(2, 1), Ready(5, 2));
        var settled = AppReconciler.Reconcile(app, Hosts, Now);
        Assert.Empty(settled.Stop);
        Assert.Empty(settled.Create);
        Assert.Equal((AppStatus.Running, 2, 2), (settled.Status.Status, settled.Status.Desired, settled.Status.Ready));
        Assert.Equal([1, 3], AppReconciler.Reconcile(app with { Replicas = 4 }, Hosts, Now).Create.Select(c => c.Slot));
        Assert.Equal([2, 5], Stopped(app with { Stopped = true }));
    }

    [Fact]
    public void A_slot_that_is_replaced_is_filled_again_only_once_it_is_empty()
    {
        var spec = Spec(s => s with { Ports = [new PortSpec("http", 80, HostPort: 8080)] });
        var leaving = Ready(4, 1).Stopping();
        Assert.Empty(AppReconciler.Reconcile(Of(spec, 2, leaving, Ready(2, 2)), Hosts, Now).Create);
        var gone = AppReconciler.Reconcile(Of(spec, 2, leaving.Stopping(gone: true), Ready(2, 2)), Hosts, Now);
        Assert.Equal([4], gone.Create.Select(c => c.Slot));
        // Another one that goes because fewer are wanted is waited for: there are never more than there were.
        Assert.Empty(AppReconciler.Reconcile(Of(spec, 2, leaving.Stopping(gone: true), Ready(3, 3).Stopping(), Ready(2, 2)), Hosts, Now).Create);
    }

    [Fact]
    public void What_was_decided_stays_decided_and_ends_nothing_that_serves_before_what_does_not()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var chance = new Random(seed);
            InstanceInput[] instances = [.. Enumerable.Range(1, chance.Next(2, 9)).Where(_ => chance.Next(5) > 0).Select(slot => At(slot, s_fromCheapToDear[chance.Next(s_fromCheapToDear.Length)].Instance))];
            var app = Of(Spec(), chance.Next(1, 8), instances);
            var kept = SlotChoice.Of(app, Hosts, app.Replicas, Now);
            Assert.Equal(app.Replicas, kept.Distinct().Count());
            var surplus = instances.Where(i => !kept.Contains(i.Slot)).ToList();
            Assert.True(surplus.Count == Math.Max(0, instances.Length - app.Replicas), $"seed {seed}");
            Assert.True(surplus.TrueForAll(s => !Serves(s)) || kept.TrueForAll(slot => instances.Single(i => i.Slot == slot) is var i && Serves(i)), $"seed {seed}");

            var next = app with { Instances = [.. app.Instances.Select(i => kept.Contains(i.Slot) ? i : i.Stopping())] };
            Assert.Equal(kept, SlotChoice.Of(next, Hosts, app.Replicas, Now.AddMinutes(1)));
        }
    }

    private static bool Serves(InstanceInput i) => i.Observed?.ReadySince is not null && i.Observed.Failure == InstanceFailure.None && i.Host is { } host && Hosts[host].Reachability == Reachability.Reachable;

    private static InstanceInput At(int slot, InstanceInput instance) => instance with { Id = InstanceId.Of(App, slot, 1), Slot = slot };

    private static IEnumerable<int> Stopped(AppInput app) => AppReconciler.Reconcile(app, Hosts, Now).Stop.Select(s => app.Instances.Single(i => i.Id == s.Id).Slot).Order();
}
