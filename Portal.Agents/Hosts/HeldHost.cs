using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.Engine;
using Portal.Core.State.Leases;

namespace Portal.Agents.Hosts;

/// <summary>A host that this process has claimed: its worker, and the renewals of the claim. Ends when the claim does.</summary>
internal sealed class HeldHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly TermLease _lease;
    private readonly HostWorkerServices _services;
    private readonly Task _running;

    public HeldHost(HostRegistration registration, Guid cluster, TermLease lease, HostWorkerServices services, CancellationToken cancellation)
    {
        (Registration, _lease, _services) = (registration, lease, services);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _running = RunAsync(cluster);
    }

    public HostRegistration Registration { get; }

    public bool HasEnded => _running.IsCompleted;

    /// <summary>Ends the worker and gives the host up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelSoonAsync();
        await _running;
        _ending.Dispose();
    }

    private async Task RunAsync(Guid cluster)
    {
        await Task.Yield();
        var worker = new HostWorker(Registration, cluster, _lease, _services);
        Task[] work = [worker.RunAsync(_ending.Token), HoldAsync()];
        // Beside the work: what becomes of the figures changes nothing of it.
        var sampling = _services.Sampling?.RunAsync(Registration, worker.Sampled, _ending.Token) ?? Task.CompletedTask;
        try
        {
            await await Task.WhenAny(work);
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
        catch (Exception e) when (e is TermLostException or NpgsqlException or EngineException or TimeoutException or IOException)
        {
            _services.Log.LogWarning("The work on host {Host} ends: {Reason}", Registration.Name, e.Message);
        }
        catch (Exception e)
        {
            _services.Log.LogError(e, "The work on host {Host} ends", Registration.Name);
        }
        await _ending.CancelSoonAsync();
        await ((Task[])[.. work, sampling]).EndedAsync();
        await ReleaseAsync();
    }

    /// <summary>Renews the claim, and ends when too little is left of it.</summary>
    private async Task HoldAsync()
    {
        var options = _services.Options;
        var step = TimeSpan.FromSeconds(1);
        var sinceRenewal = TimeSpan.Zero;
        Task<bool>? renewal = null;
        using var timer = new PeriodicTimer(step, _services.Time);
        while (await timer.WaitForNextTickAsync(_ending.Token))
        {
            sinceRenewal += step;
            if (_lease.Remaining < options.LeaseMargin / 2)
            {
                throw new TimeoutException("its claim could not be renewed in time");
            }
            if (renewal is { IsCompleted: true })
            {
                if (!await renewal)
                {
                    throw new TermLostException(_lease.Name, _lease.Term);
                }
                renewal = null;
            }
            if (renewal is null && sinceRenewal >= options.LeaseRenewal)
            {
                sinceRenewal = TimeSpan.Zero;
                renewal = RenewAsync();
            }
        }
    }

    /// <returns>False if the claim is another's now; a store that does not answer leaves it open.</returns>
    private async Task<bool> RenewAsync()
    {
        using var patience = new CancellationTokenSource(_services.Options.LeaseRenewal, _services.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, patience.Token);
        try
        {
            return await _lease.RenewAsync(limit.Token);
        }
        catch (Exception e) when (e is not TermLostException)
        {
            _services.Log.LogWarning("The claim on host {Host} was not renewed: {Reason}", Registration.Name, e.Message);
            return true;
        }
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), _services.Time);
        try
        {
            await _lease.ReleaseAsync(limit.Token);
        }
        catch (Exception e)
        {
            _services.Log.LogInformation("The claim on host {Host} is left to expire: {Reason}", Registration.Name, e.Message);
        }
    }
}
