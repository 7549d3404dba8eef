using System.Collections.Immutable;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Scheduling;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Writers;

/// <summary>The controller's one writer: a round is one transaction, fenced by the term, refused for apps whose generation has moved on.</summary>
public sealed class AssignmentWriter(NpgsqlDataSource source, INoticeBus notices, TimeProvider time) : IAssignmentWriter
{
    private long lastVerdictsId;

    /// <inheritdoc/>
    public async Task<ImmutableArray<AppId>> CommitAsync(TermLease lease, AssignmentBatch batch, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await lease.GuardAsync(connection, transaction, cancellation);
        var moved = await FindMovedAsync(connection, transaction, batch, cancellation);
        if (!moved.IsEmpty)
        {
            return moved;
        }
        var verdicts = NumberVerdicts(batch);
        await using (var commands = new NpgsqlBatch(connection, transaction))
        {
            var now = time.GetUtcNow();
            AssignmentSql.AddVerdicts(commands, verdicts, now);
            AssignmentSql.AddCreated(commands, batch.Created, batch.Traces, verdicts, now);
            AssignmentSql.AddPlaced(commands, batch.Placed, batch.Traces, verdicts, now);
            AssignmentSql.AddPending(commands, batch.Pending, verdicts);
            AssignmentSql.AddStopped(commands, batch.Stopped, batch.Traces, now);
            AssignmentSql.AddEnded(commands, batch.Ended, now);
            AssignmentSql.AddVolumes(commands, batch.Volumes, now);
            AssignmentSql.AddStatuses(commands, batch.Statuses, now);
            AssignmentSql.AddSettled(commands, batch.Settled);
            RolloutSql.AddRollouts(commands, batch.Rollouts);
            RolloutSql.AddResolved(commands, batch.Resolved);
            RolloutSql.AddResolvedParts(commands, batch.ResolvedParts);
            JobSql.AddJobs(commands, batch.Jobs);
            RolloutSql.AddPulls(commands, batch.UnwantedPulls, batch.Pulls, batch.AppTraces, now);
            AssignmentSql.AddForgotten(commands, batch.Forgotten, now);
            RebalanceSql.AddRebalance(commands, batch.Rebalance, now);
            EventSql.AddEvents(commands, batch.Events, now);
            if (commands.BatchCommands.Count > 0)
            {
                await commands.ExecuteNonQueryAsync(cancellation);
            }
        }
        var notice = Describe(batch);
        await notices.SendAsync(connection, transaction, notice, cancellation);
        await transaction.CommitAsync(cancellation);
        notices.Committed(notice);
        return [];
    }

    private static async Task<ImmutableArray<AppId>> FindMovedAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, AssignmentBatch batch, CancellationToken cancellation)
    {
        // FOR SHARE: a user's change of one of these apps waits until this round is in, and then sees it.
        await using var command = new NpgsqlCommand("SELECT id, generation FROM apps WHERE id = ANY($1) ORDER BY id FOR SHARE", connection, transaction);
        command.Parameters.Add(new() { Value = batch.Generations.Keys.Select(k => k.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var same = new HashSet<AppId>();
        while (await reader.ReadAsync(cancellation))
        {
            var app = new AppId(reader.GetGuid(0));
            if (batch.Generations[app] == reader.GetInt64(1))
            {
                same.Add(app);
            }
        }
        await reader.CloseAsync();
        same.ExceptWith(await FindMistakenAsync(connection, transaction, batch, cancellation));
        return [.. batch.Generations.Keys.Where(k => !same.Contains(k))];
    }

    /// <summary>Apps of which something is to stop, or to be made, for what is no longer so.</summary>
    private static async Task<List<AppId>> FindMistakenAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, AssignmentBatch batch, CancellationToken cancellation)
    {
        var mistaken = new List<AppId>();
        if (batch.Assumptions.Count + batch.LostHosts.Count == 0)
        {
            return mistaken;
        }
        await using var command = new NpgsqlCommand(
            """
            SELECT DISTINCT n.app FROM unnest($1, $2, $3) AS n(app, id, ready)
            LEFT JOIN assignments a ON a.id = n.id LEFT JOIN observations o ON o.id = n.id LEFT JOIN host_status s ON s.host_id = a.host_id
            WHERE n.ready <> (o.ready_since IS NOT NULL AND coalesce(s.reachability = 'Reachable', false))
            UNION
            SELECT n.app FROM unnest($4, $5) AS n(app, host) JOIN host_status s ON s.host_id = n.host WHERE s.reachability <> 'Unreachable'
            """, connection, transaction);
        command.Parameters.Add(new() { Value = batch.Assumptions.Select(a => a.App.Value).ToArray() });
        command.Parameters.Add(new() { Value = batch.Assumptions.Select(a => a.Instance.Value).ToArray() });
        command.Parameters.Add(new() { Value = batch.Assumptions.Select(a => a.IsReady).ToArray() });
        command.Parameters.Add(new() { Value = batch.LostHosts.Select(l => l.App.Value).ToArray() });
        command.Parameters.Add(new() { Value = batch.LostHosts.Select(l => l.Host.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            mistaken.Add(new AppId(reader.GetGuid(0)));
        }
        return mistaken;
    }

    private Dictionary<Verdicts, long> NumberVerdicts(AssignmentBatch batch)
    {
        // Numbered here, not by the database, so that the whole round is one round trip. Terms never overlap, so time keeps them apart.
        var first = Math.Max(Interlocked.Read(ref lastVerdictsId) + 1, time.GetUtcNow().ToUnixTimeMilliseconds() << 20);
        var numbers = new Dictionary<Verdicts, long>(ReferenceEqualityComparer.Instance);
        foreach (var document in batch.Created.Select(c => c.Verdicts).Concat(batch.Placed.Select(p => p.Verdicts)).Concat(batch.Pending.Select(p => p.Verdicts)))
        {
            numbers.TryAdd(document, first + numbers.Count);
        }
        Interlocked.Exchange(ref lastVerdictsId, first + numbers.Count);
        return numbers;
    }

    /// <summary>Whom a round concerns.</summary>
    internal static Notice Describe(AssignmentBatch batch) => new()
    {
        Apps = [.. batch.Created.Select(c => c.App).Concat(batch.Placed.Select(p => p.App)).Concat(batch.Pending.Select(p => p.App))
            .Concat(batch.Stopped.Select(s => s.App)).Concat(batch.Ended.Select(e => e.App)).Concat(batch.Statuses.Select(s => s.App)).Concat(batch.Rollouts.Select(r => r.App)).Concat(batch.Resolved.Select(r => r.App)).Concat(batch.ResolvedParts.Select(r => r.App)).Concat(batch.Jobs.Select(j => j.App))
            .Concat(batch.Forgotten).Distinct().Select(a => a.Value)],
        Assignments = [.. batch.Created.Where(c => c.Host is not null).Select(c => c.Host!.Value).Concat(batch.Placed.Select(p => p.Host))
            .Concat(batch.Stopped.Select(s => s.Host)).Concat(batch.Pulls.Select(p => p.Host)).Distinct().Select(h => h.Value)],
    };
}
