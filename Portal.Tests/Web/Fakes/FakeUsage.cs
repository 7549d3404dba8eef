using System.Collections.Concurrent;
using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Figures that the test sets by hand; what was set before is the recent past.</summary>
public sealed class FakeUsage : ILiveUsage
{
    private readonly ConcurrentDictionary<Action<UsageSnapshot>, bool> _readers = new();
    private readonly ConcurrentDictionary<InstanceId, ImmutableArray<InstanceUsage>> _recent = new();

    public UsageSnapshot Current { get; private set; } = new();

    public ImmutableArray<InstanceUsage> RecentOf(InstanceId instance) => _recent.GetValueOrDefault(instance, []);

    public IDisposable Subscribe(Action<UsageSnapshot> changed)
    {
        _readers[changed] = true;
        return new Subscription(() => _readers.TryRemove(changed, out _));
    }

    public void Set(DateTimeOffset at, params (InstanceView Instance, double Cpu, long Memory)[] figures) => Set(new UsageSnapshot
    {
        At = at,
        Instances = figures.ToImmutableDictionary(f => f.Instance.Id, f => new InstanceUsage { At = at, App = f.Instance.AppId, Host = f.Instance.HostId!.Value, Cpu = f.Cpu, Memory = f.Memory }),
    });

    public void Set(UsageSnapshot snapshot)
    {
        foreach (var (id, usage) in snapshot.Instances)
        {
            _recent[id] = RecentOf(id).Add(usage);
        }
        Current = snapshot;
        foreach (var reader in _readers.Keys)
        {
            reader(snapshot);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>Stored figures that the test sets by hand.</summary>
public sealed class FakeStoredFigures : IMetricService
{
    public MetricAnswer Answer { get; set; } = new(TimeSpan.FromSeconds(2), []);
    /// <summary>In place of <see cref="Answer"/>, by what is asked.</summary>
    public Func<MetricQuery, MetricAnswer>? Answers { get; set; }
    public Exception? Failure { get; set; }
    public ConcurrentQueue<MetricQuery> Asked { get; } = new();

    public Task<MetricAnswer> QueryAsync(Actor actor, MetricQuery query, CancellationToken cancellation)
    {
        Asked.Enqueue(query);
        return Failure is null ? Task.FromResult(Answers?.Invoke(query) ?? Answer) : Task.FromException<MetricAnswer>(Failure);
    }
}
