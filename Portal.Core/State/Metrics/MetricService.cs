using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Services;

namespace Portal.Core.State.Metrics;

/// <summary>Answers queries of figures: finds the series that the actor may see, and reads them in one query from the tables that fit.</summary>
internal sealed class MetricService(ServiceStore store, NpgsqlDataSource source) : IMetricService
{
    /// <inheritdoc/>
    public async Task<MetricAnswer> QueryAsync(Actor actor, MetricQuery query, CancellationToken cancellation)
    {
        var to = query.To > store.Now ? store.Now : query.To;
        var step = MetricRange.StepOf(query.Step, to - query.From);
        MetricRules.Check(query, step, to);
        var span = new MetricSpan(MetricRange.Floor(query.From, step), to + TimeSpan.FromTicks(1), step);
        return await store.ReadAsync(async db =>
        {
            var host = await FindHostAsync(db, query.Host, cancellation);
            if (IsOfMachines(query))
            {
                return new MetricAnswer(step, await ReadMachinesAsync(db, query, host, span, cancellation));
            }
            var chosen = await ChooseAsync(db, actor, query, host, span, cancellation);
            return new MetricAnswer(step, await ReadAsync(chosen, query, span, cancellation));
        }, cancellation);
    }

    /// <summary>Whether hosts are asked for as machines, rather than for what some instances use on them.</summary>
    private static bool IsOfMachines(MetricQuery query) => query is { By: MetricGrouping.Host, Team: null, Instance: null }
        && query.Metric is Metric.Cpu or Metric.Memory or Metric.Disk or Metric.Instances;

    private static async Task<HostRow?> FindHostAsync(PortalDb db, string? name, CancellationToken cancellation) => name is null ? null
        : await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Name == name, cancellation) ?? throw RefusedException.NotFound($"host {name}");

    private async Task<Dictionary<string, List<int>>> ChooseAsync(PortalDb db, Actor actor, MetricQuery query, HostRow? host, MetricSpan span, CancellationToken cancellation)
    {
        TeamId[]? teams = null;
        if (query.Team is { } name)
        {
            teams = [(await Access.FindTeamAsync(db, actor, name, TeamRole.Viewer, locks: false, cancellation)).Id];
        }
        else if (!actor.IsAdministrator && !(query.By == MetricGrouping.Host && query.Instance is null))
        {
            // What all instances of a host use together is no secret of any team.
            teams = [.. actor.Roles.Keys.Where(t => actor.Has(t, TeamRole.Viewer))];
        }
        await using var command = source.CreateCommand(MetricSql.Choose);
        command.Parameters.Add(new() { Value = (object?)teams?.Select(t => t.Value).ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = (object?)query.App ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)query.Instance?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = (object?)host?.Id.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        // A series is told to go on every ten minutes.
        command.Parameters.Add(new() { Value = span.From - TimeSpan.FromMinutes(30) });
        command.Parameters.Add(new() { Value = span.To });
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var key = MetricLabels.Key(query.By, reader.GetString(1), reader.GetString(2), reader.GetGuid(3), reader.GetInt32(4), reader.GetString(5));
            (groups.TryGetValue(key, out var ids) ? ids : groups[key] = []).Add(reader.GetInt32(0));
        }
        if (query.Instance is { } instance && groups.Count == 0 && !await IsVisibleAsync(db, actor, instance, cancellation))
        {
            throw RefusedException.NotFound($"instance {instance}");
        }
        if (query is { Team: { } team, App: { } app } && groups.Count == 0)
        {
            await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
        }
        MetricRules.CheckSeries(query, groups.Count);
        return groups;
    }

    private static async Task<bool> IsVisibleAsync(PortalDb db, Actor actor, InstanceId instance, CancellationToken cancellation)
    {
        var team = await (from a in db.Assignments join p in db.Apps on a.AppId equals p.Id where a.Id == instance select (TeamId?)p.TeamId).SingleOrDefaultAsync(cancellation);
        return team is { } owner && actor.Has(owner, TeamRole.Viewer);
    }

    private async Task<ImmutableArray<MetricSeries>> ReadAsync(Dictionary<string, List<int>> groups, MetricQuery query, MetricSpan span, CancellationToken cancellation)
    {
        if (groups.Count == 0)
        {
            return [];
        }
        var keys = groups.Keys.Order(StringComparer.Ordinal).ToArray();
        var members = keys.SelectMany((key, i) => groups[key].Select(id => (Id: id, Group: i))).ToArray();
        var segments = MetricRange.Segments(span.From, span.To, span.Step, await ReadStoredAsync(cancellation));
        await using var command = source.CreateCommand(MetricSql.Instances(query.Metric, segments, isSummed: query.By != MetricGrouping.Instance));
        command.Parameters.AddWithValue("ids", members.Select(m => m.Id).ToArray());
        command.Parameters.AddWithValue("groups", members.Select(m => m.Group).ToArray());
        return await PointsAsync(command, span, segments, keys.Select(MetricLabels.Of).ToArray(), cancellation);
    }

    private async Task<ImmutableArray<MetricSeries>> ReadMachinesAsync(PortalDb db, MetricQuery query, HostRow? only, MetricSpan span, CancellationToken cancellation)
    {
        var hosts = only is not null ? [only] : await db.Hosts.AsNoTracking().OrderBy(h => h.Name).ToListAsync(cancellation);
        MetricRules.CheckSeries(query, hosts.Count);
        var segments = MetricRange.Segments(span.From, span.To, span.Step, await ReadStoredAsync(cancellation));
        await using var command = source.CreateCommand(MetricSql.Machines(query.Metric, segments));
        command.Parameters.AddWithValue("ids", hosts.Select(h => h.Id.Value).ToArray());
        command.Parameters.AddWithValue("groups", hosts.Select((_, i) => i).ToArray());
        return await PointsAsync(command, span, segments, hosts.Select(h => MetricLabels.Host(h.Name)).ToArray(), cancellation);
    }

    private static async Task<ImmutableArray<MetricSeries>> PointsAsync(
        NpgsqlCommand command, MetricSpan span, ImmutableArray<MetricSegment> segments, ImmutableSortedDictionary<string, string>[] labels, CancellationToken cancellation)
    {
        command.Parameters.AddWithValue("step", span.Step);
        command.Parameters.AddWithValue("origin", MetricTables.Origin);
        for (var i = 0; i < segments.Length; i++)
        {
            command.Parameters.AddWithValue($"from{i.ToString(CultureInfo.InvariantCulture)}", segments[i].From);
            command.Parameters.AddWithValue($"to{i.ToString(CultureInfo.InvariantCulture)}", segments[i].To);
        }
        var points = labels.Select(_ => ImmutableArray.CreateBuilder<MetricPoint>()).ToArray();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            points[reader.GetInt32(0)].Add(new MetricPoint(new DateTimeOffset(reader.GetDateTime(1)), reader.GetDouble(2)));
        }
        return [.. labels.Zip(points, (l, p) => new MetricSeries(l, p.DrainToImmutable())).Where(s => !s.Points.IsEmpty)];
    }

    private async Task<StoredRange> ReadStoredAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(MetricSql.Stored);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new StoredRange(At(0), At(1), At(2), At(3), At(4));

        DateTimeOffset? At(int column) => reader.IsDBNull(column) ? null : new DateTimeOffset(reader.GetDateTime(column));
    }
}

/// <summary>What is read of time.</summary>
/// <param name="From">From then on; the beginning of a step.</param>
/// <param name="To">Before then.</param>
/// <param name="Step">Distance between points.</param>
internal readonly record struct MetricSpan(DateTimeOffset From, DateTimeOffset To, TimeSpan Step);
