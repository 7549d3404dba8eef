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
internal sealed class StatusWriter(HostId host, TermLease lease, NpgsqlDataSource source, INoticeBus notices, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Signal _signal = new();
    private Pending _pending = new();

    /// <summary>Adds to the next report.</summary>
    public void Add(Action<Pending> change)
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
                await WriteAsync(pending, cancellation);
                retry = TimeSpan.Zero;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                GiveBack(pending);
                retry = TimeSpan.FromSeconds(Math.Min(LongestRetry.TotalSeconds, Math.Max(0.1, retry.TotalSeconds * 2)));
                log.LogWarning("What was observed of host {Host} cannot be written ({Reason}); trying again in {Delay}", host, e.Message, retry);
                await Task.Delay(retry, time, cancellation);
                Add(static _ => { });
            }
        }
    }

    private Pending Take()
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = new Pending();
            return taken;
        }
    }

    /// <summary>What was not written stays due, unless something newer was said of the same.</summary>
    private void GiveBack(Pending older)
    {
        lock (_gate)
        {
            foreach (var (id, observed) in older.Observed)
            {
                _pending.Observed.TryAdd(id, observed);
            }
            _pending.Host ??= older.Host;
            _pending.LastSeenAt ??= older.LastSeenAt;
            _pending.Events.InsertRange(0, older.Events);
            _pending.RemovedVolumes.InsertRange(0, older.RemovedVolumes);
        }
    }

    private async Task WriteAsync(Pending pending, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await lease.GuardAsync(connection, transaction, cancellation);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            StatusSql.AddRelaxation(batch);
            StatusSql.AddObservations(batch, host, pending.Observed.Values, now);
            if (pending.Host is { } report)
            {
                StatusSql.AddHost(batch, host, report, pending.LastSeenAt);
            }
            else if (pending.LastSeenAt is { } seen)
            {
                StatusSql.AddHeartbeat(batch, host, seen);
            }
            foreach (var volume in pending.RemovedVolumes)
            {
                StatusSql.AddRemovedVolume(batch, host, volume);
            }
            EventSql.AddEvents(batch, pending.Events, now);
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        var notice = new Notice
        {
            Observed = [.. pending.Observed.Values.Select(o => o.Wanted.App.Value).Distinct()],
            Hosts = pending.Host is null ? [] : [host.Value],
        };
        var says = notice.Observed.Length + notice.Hosts.Length > 0;
        if (says)
        {
            await notices.SendAsync(connection, transaction, notice, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        if (says)
        {
            notices.Committed(notice);
        }
    }

    /// <summary>What the next report will say.</summary>
    internal sealed class Pending
    {
        public Dictionary<InstanceId, ObservedInstance> Observed { get; } = [];
        public HostReport? Host { get; set; }
        public DateTimeOffset? LastSeenAt { get; set; }
        public List<EventDraft> Events { get; } = [];
        public List<UnwantedVolume> RemovedVolumes { get; } = [];

        public bool IsEmpty => Observed.Count + Events.Count + RemovedVolumes.Count == 0 && Host is null && LastSeenAt is null;
    }
}
