using Microsoft.EntityFrameworkCore;
using Portal.Agents.Control;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Tests.Store;
using Portal.Tests.Store.Embedded;

namespace Portal.Tests.Agents.Control;

/// <summary>The controller with jobs over a real store; what users and host workers would write, the test writes.</summary>
public class JobControllerTests(StoreFixture fixture)
{
    [Fact]
    public async Task It_runs_a_job_to_its_end_and_tries_again_what_failed()
    {
        await using var store = await StartAsync();
        var app = await AddAsync(store, new JobSpec { Completions = 5, Parallelism = 2 });
        var hasFailed = false;
        var run = await UntilAsync(store, app, async (db, r) =>
        {
            var live = await db.Assignments.Where(a => a.AppId == app && a.EndedAt == null && a.HostId != null).ToListAsync();
            Assert.InRange(live.Count, 0, 2);
            foreach (var instance in live.Where(i => !db.Observations.Any(o => o.Id == i.Id)))
            {
                var fails = !hasFailed && instance.Slot == 3;
                hasFailed |= fails;
                db.Observations.Add(Ended(instance, fails ? 7 : 0));
            }
            await db.SaveChangesAsync();
            store.Get<INoticeBus>().Committed(new Notice { Observed = [app.Value] });
            return r is { EndedAt: not null };
        });
        Assert.Equal((RunStatus.Succeeded, RunCause.Deploy, 5, 1), (run.Status, run.Cause, run.Succeeded, run.Failed));
        await using var after = await store.OpenAsync();
        var rows = await after.Assignments.Where(a => a.AppId == app).OrderBy(a => a.Epoch).ToListAsync();
        Assert.Equal(6, rows.Count);
        Assert.All(rows, r => Assert.True(r is { Run: 1, EndedAt: not null, Kept: true, Outcome: not null, Desired: DesiredState.Stop }));
        Assert.Equal("exited with code 7", rows.Single(r => r.Outcome == InstanceOutcome.Failed).StopReason);
        var status = await after.AppStatus.SingleAsync(s => s.AppId == app);
        Assert.Equal(AppStatus.Healthy, status.Status);
        Assert.StartsWith("Run 1 succeeded at ", status.Reason, StringComparison.Ordinal);
        Assert.Equal(["RunStarted", "RunSucceeded"], await after.Events.Where(e => e.Kind.StartsWith("Run")).OrderBy(e => e.Id).Select(e => e.Kind).ToListAsync());
        Assert.False(await after.Rollouts.AnyAsync());
    }

    [Fact]
    public async Task A_run_ends_with_the_app_and_its_containers_go_with_it()
    {
        await using var store = await StartAsync();
        var app = await AddAsync(store, new JobSpec { Completions = 2, Parallelism = 2 });
        await UntilAsync(store, app, async (db, _) => await db.Assignments.CountAsync(a => a.AppId == app && a.HostId != null) == 2);
        await ChangeAsync(store, app, a => a.Stopped = true);
        var run = await UntilAsync(store, app, (_, r) => Task.FromResult(r?.EndedAt is not null));
        Assert.Equal((RunStatus.Cancelled, "the app was stopped with 0 of 2 done"), (run.Status, run.Reason));
        await ObserveGoneAsync(store, app);
        await UntilAsync(store, app, async (db, _) => !await db.Assignments.AnyAsync(a => a.AppId == app && a.EndedAt == null));
        await ChangeAsync(store, app, a => a.DeletedAt = TimeProvider.System.GetUtcNow());
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            return !await db.Apps.AnyAsync() && !await db.Runs.AnyAsync();
        }, "the app is forgotten");
    }

    [Fact]
    public async Task Times_that_came_while_nobody_was_there_are_run_for_once_by_whoever_comes()
    {
        await using var store = await StartAsync(s => s);
        var app = await AddAsync(store, new JobSpec { Schedule = "*/20 * * * *" });
        var now = TimeProvider.System.GetUtcNow();
        await using (var db = await store.OpenAsync())
        {
            db.Jobs.Add(new JobRow { AppId = app, Schedule = "*/20 * * * *|UTC", ScheduledThrough = now.AddHours(-1), DeployedGeneration = 1 });
            await db.SaveChangesAsync();
        }
        for (var term = 0; term < 2; term++)
        {
            await using var controller = MigratedStore.Over(store.ConnectionString, s => s.AddController());
            await controller.StartAsync();
            await UntilAsync(store, app, (_, r) => Task.FromResult(r is not null));
            await ChangeAsync(controller, app, a => a.Generation++);
            await Eventually.HoldsAsync(async () =>
            {
                await using var db = await store.OpenAsync();
                return await db.AppStatus.AnyAsync(s => s.AppId == app && s.ObservedGeneration == db.Apps.Single(a => a.Id == app).Generation);
            }, "the controller has acted on the change");
        }
        await using var after = await store.OpenAsync();
        var runs = await after.Runs.OrderBy(r => r.Number).ToListAsync();
        // At a moment when a time has just come, that one is on time.
        Assert.Single(runs, r => r.Status == RunStatus.Running);
        Assert.Equal(3, runs.Count);
        Assert.Equal(3, runs.Select(r => r.ScheduledAt).Distinct().Count());
        Assert.Equal([RunStatus.Missed, RunStatus.Missed, RunStatus.Running], runs.Select(r => r.Status));
    }

    [Fact]
    public async Task Wishes_of_users_begin_and_end_runs_and_old_ones_are_forgotten()
    {
        await using var store = await StartAsync();
        var app = await AddAsync(store, new JobSpec { Keep = TimeSpan.Zero, Overlap = RunOverlap.Allow });
        await UntilAsync(store, app, (_, r) => Task.FromResult(r is not null));
        await WishAsync(store, app, new RunWishRow { AppId = app, Number = 2, IsAsked = true, By = "ann", Message = "again" });
        var second = await UntilAsync(store, app, (_, r) => Task.FromResult(r is { Number: 2 }));
        Assert.Equal((RunCause.Manual, "ann", "again", RunStatus.Running), (second.Cause, second.By, second.Message, second.Status));
        await WishAsync(store, app, new RunWishRow { AppId = app, Number = 1, CancelledBy = "bob" });
        await ObserveGoneAsync(store, app, run: 1);
        await WishAsync(store, app, new RunWishRow { AppId = app, Number = 2, CancelledBy = "bob" });
        await ObserveGoneAsync(store, app, run: 2);
        // The last one that ran is kept, however little is to be.
        await UntilAsync(store, app, async (db, _) => !await db.Runs.AnyAsync(r => r.Number == 1) && !await db.RunWishes.AnyAsync(w => w.Number == 1)
            && !await db.Assignments.AnyAsync(a => a.Run == 1 || a.Kept) && await db.Runs.AnyAsync(r => r.Number == 2));
    }

    private Task<MigratedStore> StartAsync() => StartAsync(s => s.AddController());

    private async Task<MigratedStore> StartAsync(Func<Microsoft.Extensions.DependencyInjection.IServiceCollection, Microsoft.Extensions.DependencyInjection.IServiceCollection> add)
    {
        var store = await MigratedStore.CreateAsync(fixture, s => add(s));
        await using (var db = await store.OpenAsync())
        {
            var (now, id) = (TimeProvider.System.GetUtcNow(), new HostId(Guid.CreateVersion7()));
            db.Hosts.Add(new HostRow { Id = id, Name = "h1", Endpoint = "tcp://h1", Address = "127.0.0.1", Grace = TimeSpan.FromSeconds(15), CreatedAt = now, ChangedAt = now });
            db.HostStatus.Add(new HostStatusRow { HostId = id, Reachability = Reachability.Reachable, Cpus = 4, MemoryBytes = 1L << 33, Os = "linux", Architecture = "amd64", Since = now });
            await db.SaveChangesAsync();
        }
        await store.StartAsync();
        return store;
    }

    private static async Task<AppId> AddAsync(MigratedStore store, JobSpec job)
    {
        await using var db = await store.OpenAsync();
        var (id, now) = (new AppId(Guid.CreateVersion7()), TimeProvider.System.GetUtcNow());
        var spec = new AppSpec { Image = "test/busybox:1", Kind = AppKind.Job, Job = job };
        var team = await db.Teams.SingleAsync();
        db.Apps.Add(new AppRow { Id = id, TeamId = team.Id, Name = "job", Generation = 1, Revision = 1, RolloutGeneration = 1, RolloutBy = "test", Spec = SpecCodec.Canonical(spec), ChangedBy = "test", ChangedAt = now, CreatedAt = now });
        db.Revisions.Add(new RevisionRow { AppId = id, Number = 1, Spec = SpecCodec.Canonical(spec), SpecHash = SpecHash.OfContainer(spec), CreatedAt = now, CreatedBy = "test" });
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Specs = [id.Value] });
        return id;
    }

    private static ObservationRow Ended(AssignmentRow instance, int exitCode) => new()
    {
        Id = instance.Id,
        HostId = instance.HostId!.Value,
        State = exitCode == 0 ? InstanceState.Stopped : InstanceState.Failed,
        Failure = exitCode == 0 ? InstanceFailure.None : InstanceFailure.Exited,
        Reason = exitCode == 0 ? "ended with exit code 0" : $"exited with code {exitCode}",
        ExitCode = exitCode,
        ContainerId = "c",
        FinishedAt = TimeProvider.System.GetUtcNow(),
        ObservedAt = TimeProvider.System.GetUtcNow(),
    };

    private static async Task ObserveGoneAsync(MigratedStore store, AppId app, int run = 1)
    {
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            var stopping = await db.Assignments.Where(a => a.AppId == app && a.Run == run && a.Desired == DesiredState.Stop && a.EndedAt == null && a.HostId != null).ToListAsync();
            db.Observations.AddRange(stopping.Select(r => new ObservationRow { Id = r.Id, HostId = r.HostId!.Value, State = InstanceState.Stopped, ObservedAt = TimeProvider.System.GetUtcNow() }));
            await db.SaveChangesAsync();
            store.Get<INoticeBus>().Committed(new Notice { Observed = [app.Value] });
            return stopping.Count > 0;
        }, "its instances are told to stop");
    }

    private static async Task WishAsync(MigratedStore store, AppId app, RunWishRow wish)
    {
        await using var db = await store.OpenAsync();
        if (await db.RunWishes.SingleOrDefaultAsync(w => w.AppId == app && w.Number == wish.Number) is { } known)
        {
            known.CancelledBy = wish.CancelledBy;
        }
        else
        {
            wish.At = TimeProvider.System.GetUtcNow();
            db.RunWishes.Add(wish);
        }
        (await db.Apps.SingleAsync(a => a.Id == app)).Generation++;
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Specs = [app.Value] });
    }

    private static async Task ChangeAsync(MigratedStore store, AppId app, Action<AppRow> change)
    {
        await using var db = await store.OpenAsync();
        var row = await db.Apps.SingleAsync(a => a.Id == app);
        change(row);
        row.Generation++;
        await db.SaveChangesAsync();
        store.Get<INoticeBus>().Committed(new Notice { Specs = [app.Value] });
    }

    private static async Task<RunRow> UntilAsync(MigratedStore store, AppId app, Func<PortalDb, RunRow?, Task<bool>> holds)
    {
        RunRow? run = null;
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            run = await db.Runs.Where(r => r.AppId == app).OrderByDescending(r => r.Number).FirstOrDefaultAsync();
            return await holds(db, run);
        }, "the runs become as expected");
        return run!;
    }
}
