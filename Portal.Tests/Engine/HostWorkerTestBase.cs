using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portal.Agents.Docker;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Engine;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>
/// Host workers against real engines and a real store, in which the test writes assignments as the controller would. Each test has a
/// cluster of its own, and removes what carries its label.
/// </summary>
[Collection(EngineCollection.Name), Trait("needs", "engine")]
public abstract class HostWorkerTestBase(TestHosts hosts, StoreFixture fixture) : IAsyncLifetime
{
    private readonly Dictionary<int, HostId> _ids = [];
    private MigratedStore? _store;

    protected Guid Cluster { get; private set; }

    protected string Cluster8 => Cluster.ToString("N")[..8];

    protected TestHosts Hosts { get; } = hosts;

    protected NpgsqlDataSource Source => _store!.Source;

    protected CancellationToken Cancellation { get; } = TestContext.Current.CancellationToken;

    internal MigratedStore Store => _store!;

    protected HostId Host(int number) => _ids[number];

    public async ValueTask InitializeAsync()
    {
        _store = await MigratedStore.CreateAsync(fixture, services =>
        {
            Register(services, new HostWorkerOptions());
            RegisterMore(services);
        });
        // The template's databases share one identity.
        Cluster = Guid.NewGuid();
        await ExecuteAsync("UPDATE cluster SET id = $1", Cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        foreach (var host in Hosts.All)
        {
            await host.RemoveContainersAsync($"portal.cluster={Cluster}");
            await RemoveAsync(host, "network");
            await RemoveAsync(host, "volume");
        }
        GC.SuppressFinalize(this);
    }

    internal static void Register(IServiceCollection services, HostWorkerOptions options)
    {
        services.AddDockerEngines();
        services.AddSingleton<ISecretProtector, PlainSecrets>();
        services.AddSingleton<IRegistryCredentialsSource, NoCredentials>();
        services.AddHostWorkers(options);
    }

    /// <summary>What a test wants beside the workers.</summary>
    protected virtual void RegisterMore(IServiceCollection services)
    {
    }

    protected Task StartAsync() => _store!.StartAsync();

    protected async Task<HostId> AddHostAsync(int number, TimeSpan? grace = null, string? endpoint = null)
    {
        var id = new HostId(Guid.NewGuid());
        await ExecuteAsync(
            "INSERT INTO hosts (id, name, endpoint, address, labels, availability, grace, created_at, changed_at) VALUES ($1, $2, $3, $4, '{}', 'Active', $5, now(), now())",
            id.Value, $"h{number}", endpoint ?? Hosts[number].TcpEndpoint, Hosts[number].Address, grace ?? TimeSpan.FromSeconds(15));
        _ids[number] = id;
        Store.Get<INoticeBus>().Committed(new Notice { Hosts = [id.Value] });
        return id;
    }

    protected async Task<AppId> AddAppAsync(string name, AppSpec? spec = null)
    {
        spec ??= new AppSpec { Image = "test/busybox:1", Network = "host", Stop = new StopSpec { GracePeriod = TimeSpan.FromSeconds(2) } };
        var id = new AppId(Guid.NewGuid());
        await ExecuteAsync(
            """
            INSERT INTO apps (id, team_id, name, generation, revision, spec, replicas, stopped, restart_generation, created_at, changed_at, changed_by, delete_volumes,
                              rollout_generation, rollout_by, rollout_paused, rollout_cancelled, rollout_promoted)
            SELECT $1, id, $2, 1, 1, $3::jsonb, 1, false, 0, now(), now(), 'test', false, 1, 'test', false, false, 0 FROM teams WHERE name = 'default'
            """, id.Value, name, SpecCodec.Canonical(spec));
        await ExecuteAsync("INSERT INTO revisions (app_id, number, spec, spec_hash, created_at, created_by, resolves_anew) VALUES ($1, 1, $2::jsonb, $3, now(), 'test', false)",
            id.Value, SpecCodec.Canonical(spec), SpecHash.OfContainer(spec));
        return id;
    }

    protected async Task<InstanceId> AssignAsync(AppId app, int host, int slot = 1, long epoch = 1) => (await AssignAsync(app, host, [slot], epoch))[0];

    protected async Task<List<InstanceId>> AssignAsync(AppId app, int host, IEnumerable<int> slots, long epoch = 1)
    {
        var ids = slots.Select(s => (Id: InstanceId.Of(app, s, epoch), Slot: s)).ToList();
        await ExecuteAsync(
            """
            INSERT INTO assignments (id, app_id, slot, epoch, revision, restart_generation, host_id, desired, cause, created_at, placed_at, stop_failure, reserved_cpus, reserved_memory_bytes)
            SELECT n.id, $1, n.slot, $2, 1, 0, $3, 'Run', 'test', now(), now(), 'None', 0, 0 FROM unnest($4, $5) AS n(id, slot)
            """, app.Value, epoch, Host(host).Value, ids.Select(i => i.Id.Value).ToArray(), ids.Select(i => i.Slot).ToArray());
        Say(host);
        return [.. ids.Select(i => i.Id)];
    }

    protected async Task StopAsync(int host, params InstanceId[] instances)
    {
        await ExecuteAsync("UPDATE assignments SET desired = 'Stop', stop_reason = 'test', stop_at = now() WHERE id = ANY($1)", instances.Select(i => i.Value).ToArray());
        Say(host);
    }

    protected void Say(int host) => Store.Get<INoticeBus>().Committed(new Notice { Assignments = [Host(host).Value] });

    protected async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    protected async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        return await command.ExecuteScalarAsync(Cancellation) is T found ? found : default;
    }

    /// <summary>What the store says of an instance, once it is as wanted.</summary>
    internal async Task<Seen> SeenAsync(InstanceId instance, Func<Seen, bool> wanted, double seconds = 15)
    {
        Seen? last = null;
        await UntilAsync(async () => (last = await ReadAsync(instance)) is { } seen && wanted(seen), () => $"{last}", seconds);
        return last!;
    }

    internal Task<Seen> RunningAsync(InstanceId instance) => SeenAsync(instance, s => s is { State: "Running", ReadySince: not null });

    protected async Task<string> ReachabilityAsync(int host, string wanted, double seconds)
    {
        var last = "";
        await UntilAsync(async () => (last = await ScalarAsync<string>("SELECT reachability || ' ' || reason FROM host_status WHERE host_id = $1", Host(host).Value) ?? "").StartsWith(wanted, StringComparison.Ordinal), () => last, seconds);
        return last;
    }

    protected async Task UntilAsync(Func<Task<bool>> holds, Func<string> what, double seconds = 15)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!await holds())
        {
            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"Not within {seconds} s: {what()}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        }
    }

    protected Task<IReadOnlyList<string>> ContainersAsync(int host) => Hosts[host].ContainersAsync($"portal.cluster={Cluster}");

    protected async Task<string[]> EventsAsync(InstanceId instance) =>
        await ScalarAsync<string[]>("SELECT array_agg(kind ORDER BY id) FROM events WHERE instance_id = $1", instance.Value) ?? [];

    private async Task<Seen?> ReadAsync(InstanceId instance)
    {
        await using var command = Source.CreateCommand(
            "SELECT state, health, failure, reason, container_id, ports::text, restarts, cardinality(crashes), exit_code, ready_since FROM observations WHERE id = $1");
        command.Parameters.Add(new() { Value = instance.Value });
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        return !await reader.ReadAsync(Cancellation) ? null : new Seen(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4),
            reader.GetString(5), reader.GetInt32(6), reader.GetInt32(7), reader.IsDBNull(8) ? null : reader.GetInt32(8),
            reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9));
    }

    private async Task RemoveAsync(TestHost host, string kind)
    {
        var names = (await host.DockerAsync(kind, "ls", "-q", "--filter", $"label=portal.cluster={Cluster}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 0)
        {
            await host.DockerAsync([kind, "rm", .. names]);
        }
    }

    private sealed class PlainSecrets : ISecretProtector
    {
        public string Protect(string secret) => secret;
        public string Unprotect(string stored) => stored;
    }

    private sealed class NoCredentials : IRegistryCredentialsSource
    {
        public Task<RegistryCredentials?> FindAsync(TeamId team, string image, CancellationToken cancellation) => Task.FromResult<RegistryCredentials?>(null);
    }
}

/// <summary>What the store says of an instance.</summary>
internal sealed record Seen(string State, string Health, string Failure, string Reason, string? ContainerId, string Ports, int Restarts, int Crashes, int? ExitCode, DateTimeOffset? ReadySince);
