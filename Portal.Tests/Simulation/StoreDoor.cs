using System.Collections.Immutable;
using Npgsql;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;

namespace Portal.Tests.Simulation;

/// <summary>The store as one process reaches it: over a network, with answers that are late or lost. Here what concerns claims and shares.</summary>
internal class StoreDoor(World world, SimulatedProcess process) : ILeaseStore, IHostShares
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    protected World World => world;

    protected SimulatedProcess Process => process;

    public Task<long?> TryTakeAsync(string name, string holder, TimeSpan length, CancellationToken cancellation) =>
        AskAsync(s => s.TryTake(name, holder, length), cancellation);

    public Task<bool> RenewAsync(string name, long term, TimeSpan length, CancellationToken cancellation) => AskAsync(s => s.Renew(name, term, length), cancellation);

    public Task ReleaseAsync(string name, long term, CancellationToken cancellation) => DoAsync(s => s.Release(name, term), cancellation);

    public Task AppearAsync(CancellationToken cancellation) => DoAsync(s => s.Agents[process.Identity.Name] = world.Schedule.UtcNow + new HostWorkerOptions().LeaseLength, cancellation);

    public Task DisappearAsync(CancellationToken cancellation) => DoAsync(s => s.Agents.Remove(process.Identity.Name), cancellation);

    public Task<(int Share, HashSet<HostId> Free)> ReadAsync(CancellationToken cancellation) => AskAsync(s =>
    {
        var now = world.Schedule.UtcNow;
        var agents = Math.Max(1, s.Agents.Values.Count(a => a > now));
        var free = s.Hosts.Values.Where(h => s.Claims.GetValueOrDefault(h.Registration.LeaseName) is not { } claim || claim.ExpiresAt < now).Select(h => h.Registration.Id);
        return ((s.Hosts.Count + agents - 1) / agents, free.ToHashSet());
    }, cancellation);

    protected Task DoAsync(Action<SimulatedStore> statement, CancellationToken cancellation) => AskAsync(s =>
    {
        statement(s);
        return true;
    }, cancellation);

    /// <summary>One transaction: done or not, answered or not.</summary>
    protected Task<T> AskAsync<T>(Func<SimulatedStore, T> statement, CancellationToken cancellation) => Call<T>.MakeAsync(
        world.Schedule, world.Faults.OfStoreCall(process), Patience, call => call.Answer(statement(world.Store)), Away, cancellation);

    private static NpgsqlException Away() => new("The store does not answer.", new TimeoutException());
}

/// <summary>No registry wants a password.</summary>
internal sealed class NoCredentials : IRegistryCredentialsSource
{
    public static readonly NoCredentials Instance = new();

    public Task<RegistryCredentials?> FindAsync(TeamId team, string image, CancellationToken cancellation) => Task.FromResult<RegistryCredentials?>(null);
}

/// <summary>What one process hears of notices.</summary>
internal sealed class SimulatedNotices : INoticeBus
{
    private ImmutableArray<Action<Notice>> _readers = [];

    public IDisposable Subscribe(Action<Notice> heard)
    {
        _readers = _readers.Add(heard);
        return new Subscription(() => _readers = _readers.Remove(heard));
    }

    public Task SendAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction? transaction, Notice notice, CancellationToken cancellation) =>
        throw new NotSupportedException("The simulated store sends notices itself.");

    public void AddTo(Npgsql.NpgsqlBatch batch, Notice notice) => throw new NotSupportedException("The simulated store sends notices itself.");

    public void Committed(Notice notice)
    {
        foreach (var reader in _readers)
        {
            reader(notice);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
