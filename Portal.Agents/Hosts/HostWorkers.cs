using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Leases;

namespace Portal.Agents.Hosts;

/// <summary>Claims hosts and has a worker for each, as hosts come, change and go, and as agents come and go.</summary>
internal sealed class HostWorkers(HostWorkerServices services, IHostShares shares) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private readonly Dictionary<HostId, HeldHost> _held = [];
    private readonly Signal _wake = new();
    private DateTimeOffset _nextAppearance;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Works until told to end.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        using var heard = services.Notices.Subscribe(n =>
        {
            if (n.Everything || n.Hosts.Length > 0)
            {
                _wake.Set();
            }
        });
        try
        {
            while (true)
            {
                try
                {
                    await ShareAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    // Whatever it was: a background service that throws ends the process.
                    services.Log.LogWarning("The hosts cannot be looked after ({Reason}); trying again", e.Message);
                }
                await _wake.WaitAsync(Round, services.Time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to end.
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task ShareAsync(CancellationToken cancellation)
    {
        var now = services.Time.GetUtcNow();
        if (now >= _nextAppearance)
        {
            await shares.AppearAsync(cancellation);
            _nextAppearance = now + services.Options.LeaseRenewal;
        }
        var registered = (await services.Reader.ReadHostsAsync(null, cancellation)).ToDictionary(h => h.Id);
        foreach (var (id, held) in _held.ToList())
        {
            if (held.HasEnded || !registered.TryGetValue(id, out var host) || host != held.Registration)
            {
                await GiveUpAsync(id);
            }
        }
        var (share, free) = await shares.ReadAsync(cancellation);
        foreach (var excess in _held.Keys.OrderBy(id => id.Value).Skip(share).Take(1).ToList())
        {
            services.Log.LogInformation("Host {Host} is left to another agent", registered[excess].Name);
            await GiveUpAsync(excess);
        }
        var cluster = free.Count > 0 && _held.Count < share ? await services.Reader.ReadClusterAsync(cancellation) : default;
        foreach (var host in registered.Values.Where(h => free.Contains(h.Id) && !_held.ContainsKey(h.Id)))
        {
            if (_held.Count >= share)
            {
                break;
            }
            if (await TermLease.TryTakeAsync(services.Leases, services.Time, host.LeaseName, services.Identity.Name, services.Options.LeaseLength, cancellation) is { } lease)
            {
                _held[host.Id] = new HeldHost(host, cluster, lease, services, cancellation);
            }
        }
    }

    private async Task GiveUpAsync(HostId id)
    {
        if (_held.Remove(id, out var held))
        {
            await held.DisposeAsync();
        }
    }

    private async Task EndAsync()
    {
        await Task.WhenAll(_held.Keys.ToList().Select(GiveUpAsync));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), services.Time);
        try
        {
            await shares.DisappearAsync(limit.Token);
        }
        catch (Exception e)
        {
            services.Log.LogInformation("This agent is left to be missed: {Reason}", e.Message);
        }
    }
}
