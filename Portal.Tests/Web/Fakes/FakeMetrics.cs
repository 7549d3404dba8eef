using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Tests.Web.Fakes;

/// <summary>Figures that a test gives; writes down what was asked.</summary>
internal sealed class FakeMetrics : IMetricService
{
    public List<MetricQuery> Asked { get; } = [];
    public ImmutableArray<MetricSeries> Series { get; set; } = [];
    public RefusedException? Refuse { get; set; }

    public Task<MetricAnswer> QueryAsync(Actor actor, MetricQuery query, CancellationToken cancellation)
    {
        Asked.Add(query);
        return Refuse is { } refused ? Task.FromException<MetricAnswer>(refused) : Task.FromResult(new MetricAnswer(query.Step ?? TimeSpan.FromSeconds(6), Series));
    }
}
