using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Tests.Store.Services;

namespace Portal.Tests.Store.Metrics;

/// <summary>A store with apps and hosts, whose figures a test writes tick by tick.</summary>
internal sealed class MetricStage : IAsyncDisposable
{
    private readonly ServiceStage _services;

    private MetricStage(ServiceStage services)
    {
        _services = services;
        var source = services.Get<Npgsql.NpgsqlDataSource>();
        Writer = new UsageWriter(source);
        Upkeep = new MetricUpkeep(source, new MetricRetention(), services.Clock, NullLogger<MetricUpkeep>.Instance);
        Service = new MetricService(services.Get<ServiceStore>(), source);
        Reader = new UsageReader(source);
        Start = MetricRange.Floor(services.Clock.GetUtcNow(), TimeSpan.FromMinutes(10));
        Now = Start;
    }

    public ServiceStage Services => _services;
    public UsageWriter Writer { get; }
    public MetricUpkeep Upkeep { get; }
    public IMetricService Service { get; }
    public IUsageReader Reader { get; }

    /// <summary>A whole ten minutes.</summary>
    public DateTimeOffset Start { get; }

    public static async Task<MetricStage> CreateAsync(StoreFixture fixture) => new(await ServiceStage.CreateAsync(fixture));

    /// <summary>A store at that address, whatever is there.</summary>
    public static MetricStage Over(string connectionString) => new(ServiceStage.Over(connectionString));

    public string ConnectionString => _services.ConnectionString;

    /// <summary>The clock, set.</summary>
    public DateTimeOffset Now
    {
        get => _services.Clock.GetUtcNow();
        set => _services.Clock.Ahead += value - _services.Clock.GetUtcNow();
    }

    public static MeasuredInstance Instance(string app = "web", int slot = 1, long epoch = 1, string team = "default", TeamId teamId = default, HostId host = default, string hostName = "h1")
    {
        var id = new AppId(new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{team}/{app}")).AsSpan(0, 16)));
        return new MeasuredInstance { Id = InstanceId.Of(id, slot, epoch), App = id, AppName = app, Team = teamId, TeamName = team, Slot = slot, Host = host, HostName = hostName, MemoryLimit = 1 << 20 };
    }

    public static UsageSample Sample(MeasuredInstance of, double? cpu, long memory = 100, int restarts = 0) => new(of, cpu, memory, 1, 2, 3, 4, restarts);

    public static HostSample Host(HostId host, double cpu, int instances, DateTimeOffset at) => new(host, new HostUsage { At = at, Cpu = cpu, Memory = 1000, DiskUsed = 5, DiskTotal = 10, OfWholeMachine = true, Instances = instances });

    /// <summary>Writes every tick from one moment to before another.</summary>
    public async Task WriteAsync(DateTimeOffset from, DateTimeOffset to, Func<DateTimeOffset, IReadOnlyCollection<UsageSample>> samples, HostId host = default)
    {
        for (var tick = from; tick < to; tick += MetricTables.Tick)
        {
            var written = samples(tick);
            await Writer.WriteAsync(tick, written, [Host(host, 2, written.Count, tick)], default);
        }
    }

    public Task<MetricAnswer> QueryAsync(MetricQuery query, Actor? actor = null) => Service.QueryAsync(actor ?? ServiceStage.Admin, query, default);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
