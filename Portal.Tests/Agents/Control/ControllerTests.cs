using Microsoft.EntityFrameworkCore;
using Portal.Agents.Control;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Leases;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Writers;
using Portal.Tests.Store;
using Portal.Tests.Store.Embedded;

namespace Portal.Tests.Agents.Control;

/// <summary>The controller over a real store; what users and host workers would write, the test writes.</summary>
public class ControllerTests(StoreFixture fixture)
{
    [Fact]
    public async Task It_places_an_apps_instances_and_says_what_fits_nowhere()
    {
        await using var store = await StartAsync();
        await AddHostsAsync(store, 3);
        var app = await AddAppAsync(store, new AppSpec { Image = "test/busybox:1", Placement = new() { MaxPerHost = 1 } }, replicas: 4);
        var rows = await UntilAsync(store, app, r => r.Count == 4 && r.Exists(i => i.PendingReason is not null));
        Assert.Equal(3, rows.Where(r => r.HostId is not null).Select(r => r.HostId).Distinct().Count());
        Assert.StartsWith("0 of 3 hosts fit", rows.Single(r => r.HostId is null).PendingReason, StringComparison.Ordinal);
        await AddHostsAsync(store, 1, first: 4);
        await UntilAsync(store, app, r => r.TrueForAll(i => i.HostId is not null));
        await using var db = await store.OpenAsync();
        Assert.Equal(4, await db.Slots.CountAsync());
        Assert.NotEmpty(await db.Events.Where(e => e.Kind == "InstancePlaced").ToListAsync());
    }

    [Fact]
    public async Task It_ends_what_was_confirmed_gone_and_forgets_a_deleted_app()
    {
        await using var store = await StartAsync();
        await AddHostsAsync(store, 1);
        var app = await AddAppAsync(store, new AppSpec { Image = "test/busybox:1" }, replicas: 2);
        var rows = await UntilAsync(store, app, r => r.Count == 2 && r.TrueForAll(i => i.HostId is not null));
        await ChangeAsync(store, app, a => { a.DeletedAt = TimeProvider.System.GetUtcNow(); a.Generation++; });
        await UntilAsync(store, app, r => r.TrueForAll(i => i.Desired == DesiredState.Stop));
        await ObserveAsync(store, app, rows, InstanceState.Stopped);
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            return !await db.Apps.AnyAsync();
        }, "the app is forgotten");
    }

    [Fact]
    public async Task A_second_controller_waits_and_takes_over_when_the_first_is_gone()
    {
        await using var first = await StartAsync();
        await AddHostsAsync(first, 1);
        var app = await AddAppAsync(first, new AppSpec { Image = "test/busybox:1" }, replicas: 1);
        await UntilAsync(first, app, r => r.Count == 1);
        await using var second = MigratedStore.Over(first.ConnectionString, s => s.AddController());
        await second.StartAsync();
        await first.DisposeAsync();
        await ChangeAsync(second, app, a => { a.Replicas = 3; a.Generation++; });
        await UntilAsync(second, app, r => r.Count == 3);
        await using var db = await second.OpenAsync();
        Assert.Equal(2, (await db.Terms.SingleAsync(t => t.Name == "controller")).Term);
        Assert.Equal(2, await db.Events.CountAsync(e => e.Kind == "ControllerChanged"));
    }

    [Fact]
    public async Task A_rebalance_begins_a_move_and_once_stopped_no_other()
    {
        await using var store = await StartAsync();
        await AddHostsAsync(store, 1);
        var app = await AddAppAsync(store, new AppSpec { Image = "test/busybox:1", Update = new UpdateSpec { MinReady = TimeSpan.Zero } }, replicas: 4);
        var rows = await UntilAsync(store, app, r => r.Count == 4 && r.TrueForAll(i => i.HostId is not null));
        await ObserveAsync(store, app, rows, InstanceState.Running, ready: true);
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            return await db.Rollouts.AnyAsync(r => r.EndedAt != null);
        }, "the first rollout ends");
        await AddHostsAsync(store, 1, first: 2);
        await RebalanceAsync(store, db => db.Rebalances.Add(new RebalanceRow { Id = Guid.CreateVersion7(), AskedAt = TimeProvider.System.GetUtcNow(), AskedBy = "test" }));

        rows = await UntilAsync(store, app, r => r.Count == 5 && r.TrueForAll(i => i.HostId is not null));
        var successor = rows.Single(r => r.Epoch == 2);
        Assert.NotEqual(rows[0].HostId, successor.HostId);
        Assert.Equal("a rebalance moves it: h1 had 4 of its instances, h2 0", successor.Cause);

        await RebalanceAsync(store, db => db.Rebalances.Single().StoppedAt = TimeProvider.System.GetUtcNow());
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            return await db.RebalanceProgress.AnyAsync(p => p.EndedAt != null);
        }, "the rebalance is over");
        await ObserveAsync(store, app, [successor], InstanceState.Running, ready: true);
        rows = await UntilAsync(store, app, r => r.Count(i => i.Desired == DesiredState.Stop) == 1);
        await ObserveAsync(store, app, rows.Where(r => r.Desired == DesiredState.Stop), InstanceState.Stopped);
        rows = await UntilAsync(store, app, r => r.Count == 4);
        Assert.Equal((3, 1), (rows.Count(r => r.Epoch == 1), rows.Count(r => r.Epoch == 2)));
    }

    private static async Task RebalanceAsync(MigratedStore store, Action<PortalDb> change)
    {
        await using var db = await store.OpenAsync();
        change(db);
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Hosts = [Guid.Empty] });
    }

    [Fact]
    public async Task What_rests_on_what_is_no_longer_so_is_refused()
    {
        await using var store = await StartAsync();
        await AddHostsAsync(store, 1);
        var app = await AddAppAsync(store, new AppSpec { Image = "test/busybox:1" }, replicas: 1);
        var row = Assert.Single(await UntilAsync(store, app, r => r.Count == 1 && r[0].HostId is not null));
        var lease = await TermLease.TryTakeAsync(store.Get<ILeaseStore>(), TimeProvider.System, "test", "test", TimeSpan.FromMinutes(1), default);
        Assert.Equal([app], await CommitAsync(isReady: true));
        Assert.Empty(await CommitAsync(isReady: false));
        await ObserveAsync(store, app, [row], InstanceState.Running, ready: true);
        Assert.Empty(await CommitAsync(isReady: true));
        Assert.Equal([app], await CommitAsync(isReady: false));
        await using var db = await store.OpenAsync();
        await db.HostStatus.ExecuteUpdateAsync(s => s.SetProperty(h => h.Reachability, Reachability.Suspect));
        Assert.Equal([app], await CommitAsync(isReady: true));
        var lost = new AssignmentBatch { Generations = { [app] = 1 }, LostHosts = { (app, row.HostId!.Value) } };
        Assert.Equal([app], await store.Get<IAssignmentWriter>().CommitAsync(lease!, lost, default));
        await db.HostStatus.ExecuteUpdateAsync(s => s.SetProperty(h => h.Reachability, Reachability.Unreachable));
        Assert.Empty(await store.Get<IAssignmentWriter>().CommitAsync(lease!, lost, default));

        async Task<IReadOnlyCollection<AppId>> CommitAsync(bool isReady)
        {
            var batch = new AssignmentBatch { Generations = { [app] = 1 }, Assumptions = { (app, row.Id, isReady) } };
            return await store.Get<IAssignmentWriter>().CommitAsync(lease!, batch, default);
        }
    }

    private async Task<MigratedStore> StartAsync()
    {
        var store = await MigratedStore.CreateAsync(fixture, s => s.AddController());
        await store.StartAsync();
        return store;
    }

    private static async Task AddHostsAsync(MigratedStore store, int count, int first = 1)
    {
        await using var db = await store.OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        for (var n = first; n < first + count; n++)
        {
            var id = new HostId(Guid.CreateVersion7());
            db.Hosts.Add(new HostRow { Id = id, Name = $"h{n}", Endpoint = $"tcp://h{n}", Address = "127.0.0.1", Grace = TimeSpan.FromSeconds(15), CreatedAt = now, ChangedAt = now });
            db.HostStatus.Add(new HostStatusRow { HostId = id, Reachability = Reachability.Reachable, Cpus = 4, MemoryBytes = 1L << 33, Os = "linux", Architecture = "amd64", Since = now });
        }
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Hosts = [Guid.Empty] });
    }

    private static async Task<AppId> AddAppAsync(MigratedStore store, AppSpec spec, int replicas)
    {
        await using var db = await store.OpenAsync();
        var id = new AppId(Guid.CreateVersion7());
        var now = TimeProvider.System.GetUtcNow();
        var team = await db.Teams.SingleAsync();
        db.Apps.Add(new AppRow { Id = id, TeamId = team.Id, Name = "web", Generation = 1, Revision = 1, Spec = SpecCodec.Canonical(spec), Replicas = replicas, ChangedBy = "test", ChangedAt = now, CreatedAt = now });
        db.Revisions.Add(new RevisionRow { AppId = id, Number = 1, Spec = SpecCodec.Canonical(spec), SpecHash = SpecHash.OfContainer(spec), CreatedAt = now, CreatedBy = "test" });
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Specs = [id.Value] });
        return id;
    }

    private static async Task ChangeAsync(MigratedStore store, AppId app, Action<AppRow> change)
    {
        await using var db = await store.OpenAsync();
        change(await db.Apps.SingleAsync(a => a.Id == app));
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Specs = [app.Value] });
    }

    private static async Task ObserveAsync(MigratedStore store, AppId app, IEnumerable<AssignmentRow> rows, InstanceState state, bool ready = false)
    {
        await using var db = await store.OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var row in rows)
        {
            var seen = await db.Observations.SingleOrDefaultAsync(o => o.Id == row.Id);
            seen ??= db.Observations.Add(new ObservationRow { Id = row.Id, HostId = row.HostId!.Value }).Entity;
            (seen.State, seen.ReadySince, seen.ObservedAt) = (state, ready ? now : null, now);
        }
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Observed = [app.Value] });
    }

    private static async Task<List<AssignmentRow>> UntilAsync(MigratedStore store, AppId app, Predicate<List<AssignmentRow>> holds)
    {
        List<AssignmentRow> rows = [];
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            rows = await db.Assignments.Where(a => a.AppId == app && a.EndedAt == null).OrderBy(a => a.Slot).ToListAsync();
            return holds(rows);
        }, "the assignments become as expected");
        return rows;
    }
}
