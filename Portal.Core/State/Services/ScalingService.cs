using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class ScalingService(ServiceStore store, ScalingReader reader, ScalingFigures figures) : IScalingService
{
    public async Task<ScalingView> GetAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        var read = await ReadAsync(actor, team, app, cancellation);
        var input = await InputAsync(read, cancellation);
        var policy = read.Spec.Scaling;
        return new ScalingView
        {
            Policy = policy,
            Current = read.Replicas,
            LookedAt = read.LookedAt,
            Recommended = read.Recommended,
            Why = read.Why,
            Reason = read.Reason,
            Document = read.Document,
            Bounds = policy is null ? null : Autoscaler.Decide(input, store.Now).Bounds,
            Input = input,
        };
    }

    public Task<ImmutableArray<ScalingDecisionView>> ListDecisionsAsync(Actor actor, string team, string app, long? after, int limit, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var (_, row) = await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
        var rows = await db.ScalingDecisions.AsNoTracking().Where(d => d.AppId == row.Id && (after == null || d.Id < after)).OrderByDescending(d => d.Id).Take(Math.Clamp(limit, 1, 1001)).ToListAsync(cancellation);
        return rows.Select(d => new ScalingDecisionView(d.Id, d.At, d.FromReplicas, d.ToReplicas, d.Recommended, d.Why, d.Reason, ScalingDocument.Read(d.Inputs))).ToImmutableArray();
    }, cancellation);

    public async Task<MetricAnswer> ReadFiguresAsync(Actor actor, string team, string app, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        if (from >= to)
        {
            throw new RefusedException(RefusalKind.Invalid, "The query cannot be answered.", new Fault("to", "must be later than from"));
        }
        // The autoscaler keeps a figure every ten seconds.
        var step = MetricRange.StepOf(null, to - from) is var usual && usual < TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(10) : usual;
        return await store.ReadAsync(async db =>
        {
            var (_, row) = await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
            var points = await db.Database.SqlQuery<FigurePoint>($"""
                SELECT source, date_bin({step}, at, {MetricTables.Origin}) AS at, avg(value) AS value FROM scaling_figures
                WHERE app_id = {row.Id.Value} AND at >= {MetricRange.Floor(from, step)} AND at <= {to} GROUP BY 1, 2 ORDER BY 1, 2
                """).ToListAsync(cancellation);
            return new MetricAnswer(step, [.. points.GroupBy(p => p.Source)
                .Select(g => new MetricSeries(ImmutableSortedDictionary<string, string>.Empty.Add("metric", g.Key), [.. g.Select(p => new MetricPoint(p.At, p.Value))]))]);
        }, cancellation);
    }

    public async Task<(ScalingInput Input, ScalingDecision Decision)> TryAsync(Actor actor, string team, string app, ScalingSpec? policy, CancellationToken cancellation)
    {
        var read = await ReadAsync(actor, team, app, cancellation);
        var tried = policy ?? read.Spec.Scaling ?? throw new RefusedException(RefusalKind.Unprocessable, $"{app} has no scaling policy; send one to try.");
        SpecCodec.Validate(read.Spec with { Scaling = tried }, null).OrRefuse();
        var input = await InputAsync(read, cancellation) with { Policy = tried };
        return (input, Autoscaler.Decide(input, store.Now));
    }

    private sealed record FigurePoint(string Source, DateTimeOffset At, double Value);

    private async Task<ScaledApp> ReadAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        var (_, row) = await store.ReadAsync(db => Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation), cancellation);
        var read = (await store.GuardAsync(() => reader.ReadAsync([row.Id.Value], cancellation))).FirstOrDefault() ?? throw RefusedException.NotFound($"app {team}/{app}");
        return read.Spec.Kind == AppKind.Service ? read : throw new RefusedException(RefusalKind.Unprocessable, $"{app} is of kind {read.Spec.Kind.ToString().ToLowerInvariant()}: only services are scaled.");
    }

    /// <summary>CPU and memory as stored, and what was last read from the app itself.</summary>
    private async Task<ScalingInput> InputAsync(ScaledApp app, CancellationToken cancellation)
    {
        var known = await figures.ReadAsync(app, store.Now, cancellation);
        foreach (var instance in app.Document?.Instances ?? [])
        {
            foreach (var (source, figure) in instance.Figures.Where(f => f.Key is not ("cpu" or "memory")))
            {
                ScalingFigures.Add(known, new InstanceId(instance.Id), source, new ScalingFigure(figure.Value, figure.At));
            }
        }
        return app.ToInput(app.Spec.Scaling ?? new ScalingSpec(), known, app.Document?.Troubles ?? ImmutableDictionary<string, string>.Empty);
    }
}
