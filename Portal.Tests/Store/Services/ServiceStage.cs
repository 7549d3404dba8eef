using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Model;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Store.Services;

/// <summary>All services over a store of their own, with a clock that the test moves and engines that say what the test wants.</summary>
internal sealed class ServiceStage : IAsyncDisposable
{
    private readonly MigratedStore store;

    private ServiceStage(MigratedStore store, ShiftedClock clock, FakeProbe probe, FakeLogs logs) =>
        (this.store, Clock, Probe, Logs) = (store, clock, probe, logs);

    public string ConnectionString => store.ConnectionString;
    public ShiftedClock Clock { get; }
    public FakeProbe Probe { get; }
    public FakeLogs Logs { get; }
    public IAppService Apps => store.Get<IAppService>();
    public IHostService Hosts => store.Get<IHostService>();
    public ITeamService Teams => store.Get<ITeamService>();
    public ITokenService Tokens => store.Get<ITokenService>();
    public IUserService Users => store.Get<IUserService>();
    public IHistoryService History => store.Get<IHistoryService>();
    public static Actor Admin { get; } = new() { Name = "admin@example.org", IsAdministrator = true };
    public static ChangeOptions Any { get; } = new();

    public static async Task<ServiceStage> CreateAsync(StoreFixture fixture)
    {
        var (clock, probe, logs) = (new ShiftedClock(), new FakeProbe(), new FakeLogs());
        return new ServiceStage(await MigratedStore.CreateAsync(fixture, services => Add(services, clock, probe, logs)), clock, probe, logs);
    }

    /// <summary>The services over a store at that address, whatever is there.</summary>
    public static ServiceStage Over(string connectionString)
    {
        var (clock, probe, logs) = (new ShiftedClock(), new FakeProbe(), new FakeLogs());
        return new ServiceStage(MigratedStore.Over(connectionString, services => Add(services, clock, probe, logs)), clock, probe, logs);
    }

    private static void Add(IServiceCollection services, ShiftedClock clock, FakeProbe probe, FakeLogs logs)
    {
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        services.AddSingleton<IHostProbe>(probe);
        services.AddSingleton<FakeCleaner>();
        services.AddSingleton<IHostCleaner>(p => p.GetRequiredService<FakeCleaner>());
        services.AddSingleton<IHostLogs>(logs);
        services.AddSingleton<FakeHostConsoles>();
        services.AddSingleton<IHostConsoles>(p => p.GetRequiredService<FakeHostConsoles>());
        services.AddSingleton<FakeInstanceProbe>();
        services.AddSingleton<IInstanceProbe>(p => p.GetRequiredService<FakeInstanceProbe>());
        services.AddPortalServices();
        services.AddLocalHostRegistration();
    }

    public T Get<T>() where T : notnull => store.Get<T>();

    internal FakeHostConsoles Consoles => Get<FakeHostConsoles>();

    public Task<PortalDb> OpenAsync() => store.OpenAsync();

    public static AppRequest Spec(string image = "nginx:1.27", int? replicas = null, Func<AppSpec, AppSpec>? change = null)
    {
        var spec = new AppSpec { Image = image };
        return new AppRequest(change is null ? spec : change(spec), replicas);
    }

    /// <summary>A user who exists, as the actor of a request of theirs.</summary>
    public async Task<Actor> UserAsync(string email, string? team = null, TeamRole role = TeamRole.Deployer, bool administrator = false)
    {
        var (user, _) = await Users.CreateAsync(Admin, email, administrator, default);
        if (team is not null)
        {
            await Teams.PutMemberAsync(Admin, team, email, role, default);
        }
        return (await Users.GetActorAsync(user.Id, "192.0.2.1", default))!;
    }

    /// <summary>A host that was seen, large enough.</summary>
    public async Task<HostId> HostAsync(string name)
    {
        var (host, _) = await Hosts.PutAsync(Admin, name, new HostRequest($"tcp://{name}.example:2375"), default);
        await using var db = await OpenAsync();
        db.HostStatus.Add(new HostStatusRow
        {
            HostId = host.Id,
            Reachability = Reachability.Reachable,
            Since = Clock.GetUtcNow(),
            LastSeenAt = Clock.GetUtcNow(),
            Os = "linux",
            Architecture = "amd64",
            Cpus = 8,
            MemoryBytes = 8L << 30,
        });
        await db.SaveChangesAsync();
        return host.Id;
    }

    /// <summary>An instance that runs and is ready, as the controller and a worker would have written it.</summary>
    public async Task<InstanceId> InstanceAsync(AppView app, int slot, HostId host, string? container = null)
    {
        var id = InstanceId.Of(app.Id, slot, 1);
        var now = Clock.GetUtcNow();
        await using var db = await OpenAsync();
        db.Slots.Add(new SlotRow { TeamId = app.TeamId, AppName = app.Name, Slot = slot, Epoch = 1 });
        db.Assignments.Add(new AssignmentRow { Id = id, AppId = app.Id, Slot = slot, Epoch = 1, Revision = app.Revision, HostId = host, Cause = "wanted", PlacementReason = "fits", CreatedAt = now, PlacedAt = now });
        db.Observations.Add(new ObservationRow { Id = id, HostId = host, State = InstanceState.Running, ContainerId = container ?? $"c{slot}", StartedAt = now, ReadySince = now, ObservedAt = now });
        await db.SaveChangesAsync();
        return id;
    }

    public static async Task<RefusedException> RefusedAsync(RefusalKind kind, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(call);
        Assert.Equal(kind, refused.Kind);
        return refused;
    }

    public async Task<int> CountAsync(string sql)
    {
        await using var command = store.Source.CreateCommand(sql);
        return Convert.ToInt32(await command.ExecuteScalarAsync());
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}

/// <summary>The system's clock, moved by so much.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}

/// <summary>Engines that answer, unless told to fail.</summary>
internal sealed class FakeProbe : IHostProbe
{
    public EngineException? Failure { get; set; }

    public List<(EngineEndpoint Endpoint, HostId? ClaimFor)> Tried { get; } = [];

    public Task<EngineInfo> TryAsync(EngineEndpoint endpoint, HostId? claimFor, CancellationToken cancellation)
    {
        Tried.Add((endpoint, claimFor));
        return Failure is null ? Task.FromResult(new EngineInfo { Version = "27.0", ApiVersion = "1.47", Os = "linux", Architecture = "amd64", Cpus = 4, MemoryBytes = 1L << 32 })
            : Task.FromException<EngineInfo>(Failure);
    }

    /// <summary>What the marks on engines say.</summary>
    public Dictionary<string, HostId> Former { get; } = [];

    public Task<HostId?> FindFormerAsync(EngineEndpoint endpoint, CancellationToken cancellation) =>
        Failure is null ? Task.FromResult<HostId?>(Former.TryGetValue(endpoint.Address, out var host) ? host : null) : Task.FromException<HostId?>(Failure);
}

/// <summary>Engines that are cleared as told.</summary>
internal sealed class FakeCleaner : IHostCleaner
{
    public CleanedHost Result { get; set; } = new(0, [], null);

    public List<string> Asked { get; } = [];

    public Task<CleanedHost> CleanAsync(EngineEndpoint endpoint, TimeSpan within)
    {
        Asked.Add(endpoint.Address);
        return Task.FromResult(Result);
    }
}

/// <summary>Instances that answer as told.</summary>
internal sealed class FakeInstanceProbe : IInstanceProbe
{
    public ProbeAnswer Answer { get; set; } = new(ProbeOutcome.Passed, TimeSpan.FromMilliseconds(12), "answered 200");

    public List<(InstancePlace Place, HealthSpec Policy)> Asked { get; } = [];

    public Task<ProbeAnswer> AskAsync(InstancePlace place, HealthSpec policy, CancellationToken cancellation)
    {
        Asked.Add((place, policy));
        return Task.FromResult(Answer);
    }
}

/// <summary>Logs by container.</summary>
internal sealed class FakeLogs : IHostLogs
{
    public Dictionary<string, ImmutableArray<LogLine>> Lines { get; } = [];

    /// <summary>Done once all that had lines when it was asked for are followed.</summary>
    public TaskCompletionSource Followed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _followed;

    public async IAsyncEnumerable<LogLine> ReadAsync(HostId host, string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        if (!Lines.TryGetValue(containerId, out var lines))
        {
            throw new EngineException(EngineError.NotFound, $"No such container: {containerId}");
        }
        foreach (var line in (query.Tail is { } tail ? lines.TakeLast(tail) : lines).Where(l => (query.Since is null || l.At >= query.Since) && (query.Until is null || l.At <= query.Until)))
        {
            yield return line;
        }
        if (query.Follow)
        {
            if (Interlocked.Increment(ref _followed) == Lines.Count)
            {
                Followed.TrySetResult();
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
    }
}
