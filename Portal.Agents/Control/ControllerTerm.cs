using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.State.Leases;
using Portal.Core.State.Readers;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>One term of the controller: loads everything, then decides whenever something changed, in rounds over all apps concerned.</summary>
internal sealed class ControllerTerm(TermLease lease, IControlReader reader, IAssignmentWriter writer, ControllerInbox inbox, TimeProvider time, ILogger log)
{
    /// <summary>A full pass finds what every hint missed.</summary>
    private static readonly TimeSpan FullPassEvery = TimeSpan.FromSeconds(10);
    /// <summary>More apps than this are decided in several rounds, so that each commit stays short.</summary>
    private const int LargestRound = 500;
    /// <summary>Rounds that follow each other without a look at what happened meanwhile.</summary>
    private const int MostRounds = 200;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private readonly Dictionary<AppId, DateTimeOffset> wakes = [];
    private DateTimeOffset rebalanceAt;
    private readonly DrainWatch drains = new();
    private ControlledState state = new(reader);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var dirty = new HashSet<AppId>();
        inbox.Take();
        await TellAsync([new EventDraft(Severity.Info, "ControllerChanged", $"The agent {lease.Holder} decides from now on, in term {lease.Term}.")], cancellation);
        await LoadAllAsync(dirty, cancellation);
        var fullPassAt = time.GetUtcNow() + FullPassEvery;
        while (true)
        {
            await DecideAsync(dirty, cancellation);
            await TellAsync([.. drains.Look(state)], cancellation);
            await inbox.WaitAsync(UntilNext(fullPassAt), time, cancellation);
            if (time.GetUtcNow() >= fullPassAt)
            {
                await LoadAllAsync(dirty, cancellation);
                fullPassAt = time.GetUtcNow() + FullPassEvery;
            }
            await TakeInAsync(dirty, cancellation);
        }
    }

    private async Task TellAsync(IReadOnlyList<EventDraft> events, CancellationToken cancellation)
    {
        if (events.Count > 0)
        {
            var batch = new AssignmentBatch();
            batch.Events.AddRange(events);
            await writer.CommitAsync(lease, batch, cancellation);
        }
    }

    private TimeSpan UntilNext(DateTimeOffset fullPassAt)
    {
        var next = wakes.Count == 0 ? fullPassAt : wakes.Values.Min();
        var wait = (next < fullPassAt ? next : fullPassAt) - time.GetUtcNow();
        if (state.Rebalance is not null && wait > Rest)
        {
            return Rest;
        }
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private async Task LoadAllAsync(HashSet<AppId> dirty, CancellationToken cancellation)
    {
        state = new ControlledState(reader);
        await state.LoadHostsAsync(cancellation);
        await state.LoadAppsAsync(null, cancellation);
        dirty.UnionWith(state.Apps);
    }

    private async Task TakeInAsync(HashSet<AppId> dirty, CancellationToken cancellation)
    {
        var (specs, observed, hosts, everything) = inbox.Take();
        if (everything)
        {
            await LoadAllAsync(dirty, cancellation);
            return;
        }
        if (hosts)
        {
            observed.UnionWith((await state.LoadHostsAsync(cancellation)).Select(a => a.Value));
            dirty.UnionWith(state.Apps);
        }
        if (specs.Count > 0)
        {
            await state.LoadAppsAsync([.. specs], cancellation);
        }
        observed.ExceptWith(specs);
        if (observed.Count > 0)
        {
            await state.LoadInstancesAsync([.. observed], cancellation);
        }
        var now = time.GetUtcNow();
        dirty.UnionWith(specs.Concat(observed).Select(id => new AppId(id)));
        dirty.UnionWith(wakes.Where(w => w.Value <= now).Select(w => w.Key));
    }

    /// <summary>Begins the next moves of a rebalance; the apps concerned are then decided as any other.</summary>
    private async Task RebalanceAsync(HashSet<AppId> dirty, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (state.Rebalance is null || now < rebalanceAt)
        {
            return;
        }
        var began = time.GetTimestamp();
        var step = RebalanceStep.Decide(state, now);
        // In a large cluster it takes a while to find the moves: everything else goes on meanwhile.
        var rest = time.GetElapsedTime(began) * 10;
        rebalanceAt = now + (rest > Rest ? rest : Rest);
        if (step is var (batch, next))
        {
            await writer.CommitAsync(lease, batch, cancellation);
            dirty.UnionWith(state.Take(next));
        }
    }

    private async Task DecideAsync(HashSet<AppId> dirty, CancellationToken cancellation)
    {
        await RebalanceAsync(dirty, cancellation);
        for (var rounds = 1; dirty.Count > 0; rounds++)
        {
            PortalMeter.QueueDepth.Record(dirty.Count);
            if (rounds > MostRounds)
            {
                Postpone(dirty, rounds);
                return;
            }
            var round = dirty.Take(LargestRound).ToList();
            dirty.ExceptWith(round);
            var now = time.GetUtcNow();
            var builder = new RoundBuilder(state, now);
            foreach (var id in round)
            {
                wakes.Remove(id);
                if (state.Find(id) is { } entry && Decide(builder, entry, now) is { } wake)
                {
                    wakes[id] = wake;
                }
            }
            var began = time.GetTimestamp();
            var batch = builder.Build();
            PortalMeter.PlacementDuration.Record(time.GetElapsedTime(began).TotalSeconds);
            if (batch.IsEmpty)
            {
                PortalMeter.Rounds.Add(1, new KeyValuePair<string, object?>("outcome", "nothing"));
                continue;
            }
            began = time.GetTimestamp();
            var moved = await writer.CommitAsync(lease, batch, cancellation);
            PortalMeter.CommitDuration.Record(time.GetElapsedTime(began).TotalSeconds);
            PortalMeter.Rounds.Add(1, new KeyValuePair<string, object?>("outcome", moved.IsEmpty ? "committed" : "moved"));
            if (moved.IsEmpty)
            {
                builder.Trace.End();
                CommittedRound.Apply(state, batch, now);
                await ReloadJobsAsync(batch, dirty, cancellation);
                FollowUp(batch, dirty);
                continue;
            }
            CommittedRound.Undo(state, batch);
            // What was thought of them may have come from what was thought of a host.
            await state.LoadHostsAsync(cancellation);
            await state.LoadAppsAsync([.. moved.Select(m => m.Value)], cancellation);
            dirty.UnionWith(round);
            log.LogDebug("{Count} apps changed while their round was decided; deciding again", moved.Length);
        }
        PortalMeter.QueueDepth.Record(0);
    }

    /// <summary>What became of jobs is read back, and looked at again until nothing more follows from it.</summary>
    private async Task ReloadJobsAsync(AssignmentBatch batch, HashSet<AppId> dirty, CancellationToken cancellation)
    {
        var jobs = batch.Jobs.Select(j => j.App).Where(a => state.Find(a) is not null).ToList();
        if (jobs.Count > 0)
        {
            await state.LoadAppsAsync([.. jobs.Select(j => j.Value)], cancellation);
            dirty.UnionWith(jobs);
        }
    }

    /// <summary>One app that cannot be decided on must not keep all others waiting.</summary>
    private DateTimeOffset? Decide(RoundBuilder builder, AppEntry entry, DateTimeOffset now)
    {
        var began = time.GetTimestamp();
        try
        {
            return builder.Decide(entry).WakeAt;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "App {App} cannot be decided on; tried again in {Delay}", entry.App.Name, FullPassEvery);
            return now + FullPassEvery;
        }
        finally
        {
            PortalMeter.ReconcileDuration.Record(time.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>Decisions that lead to ever more decisions must not keep everything else waiting.</summary>
    private void Postpone(HashSet<AppId> dirty, int rounds)
    {
        log.LogWarning("After {Rounds} rounds {Count} apps still ask for more; they are decided again in {Rest}", rounds, dirty.Count, Rest);
        var at = time.GetUtcNow() + Rest;
        foreach (var id in dirty)
        {
            wakes[id] = at;
        }
        dirty.Clear();
    }

    /// <summary>Room that became free, or a step that opens the next one, is looked at again at once.</summary>
    private void FollowUp(AssignmentBatch batch, HashSet<AppId> dirty)
    {
        if (batch.Ended.Count > 0)
        {
            dirty.UnionWith(batch.Ended.Select(e => e.App).Where(a => state.Find(a) is not null));
            dirty.UnionWith(state.AppsWithUnplaced);
        }
    }
}
