using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>
/// Writes what a host's worker saw. The first change is written at once; those that come while a write is under way go with the next.
/// Each report is one transaction under the worker's term; one that fails is tried again with what came since.
/// </summary>
internal sealed class StatusWriter(HostId host, TermLease lease, IFindingsStore store, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Signal _signal = new();
    private Findings _pending = new();

    /// <summary>Adds to the next report.</summary>
    public void Add(Action<Findings> change)
    {
        lock (_gate)
        {
            change(_pending);
        }
        _signal.Set();
    }

    /// <summary>Writes until cancelled.</summary>
    /// <exception cref="TermLostException">Another worker has the host; nothing more is written.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var retry = TimeSpan.Zero;
        while (true)
        {
            await _signal.WaitAsync(cancellation);
            var pending = Take();
            if (pending.IsEmpty)
            {
                continue;
            }
            try
            {
                await store.WriteAsync(host, lease, pending, cancellation);
                retry = TimeSpan.Zero;
            }
            catch (Exception e) when (e is not TermLostException && !cancellation.IsCancellationRequested)
            {
                GiveBack(pending);
                retry = TimeSpan.FromSeconds(Math.Min(LongestRetry.TotalSeconds, Math.Max(0.1, retry.TotalSeconds * 2)));
                log.LogWarning("What was observed of host {Host} cannot be written ({Reason}); trying again in {Delay}", host, e.Message, retry);
                await Task.Delay(retry, time, cancellation);
                Add(static _ => { });
            }
        }
    }

    private Findings Take()
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = new Findings();
            return taken;
        }
    }

    /// <summary>What was not written stays due, unless something newer was said of the same.</summary>
    private void GiveBack(Findings older)
    {
        lock (_gate)
        {
            foreach (var (id, observed) in older.Observed)
            {
                _pending.Observed.TryAdd(id, observed);
            }
            foreach (var log in older.Logs.Values.Where(l => !_pending.Logs.ContainsKey(l.ContainerId)))
            {
                _pending.Keep(log);
            }
            foreach (var (key, image) in older.Pulls)
            {
                _pending.Pulls.TryAdd(key, image);
            }
            _pending.Host ??= older.Host;
            _pending.LastSeenAt ??= older.LastSeenAt;
            _pending.Events.InsertRange(0, older.Events);
            _pending.RemovedVolumes.InsertRange(0, older.RemovedVolumes);
        }
    }
}
