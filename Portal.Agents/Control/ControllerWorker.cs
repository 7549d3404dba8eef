using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Strives to be the controller: takes the lease when nobody has it, serves a term, and starts anew after whatever ended it.</summary>
internal sealed class ControllerWorker(ILeaseStore leases, INoticeBus notices, IControlReader reader, IAssignmentWriter writer, AgentIdentity identity, TimeProvider time, ILogger<ControllerWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Strives until told to end.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var inbox = new ControllerInbox();
        using var subscription = notices.Subscribe(inbox.Put);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await StriveAsync(inbox, stoppingToken);
                await Task.Delay(RetryAfter, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("The controller stops with its process");
        }
    }

    private async Task StriveAsync(ControllerInbox inbox, CancellationToken stoppingToken)
    {
        try
        {
            if (await TermLease.TryTakeAsync(leases, time, "controller", identity.Name, LeaseLength, stoppingToken) is { } lease)
            {
                await ServeAsync(lease, inbox, stoppingToken);
            }
        }
        catch (TermLostException e)
        {
            log.LogWarning("{Reason}", e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // Whatever it was, memory is in doubt: the next term loads everything anew.
            log.LogWarning(e, "The controller's term ended: {Reason}", e.Message);
        }
    }

    private async Task ServeAsync(TermLease lease, ControllerInbox inbox, CancellationToken stoppingToken)
    {
        log.LogInformation("Controller, term {Term}", lease.Term);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewal = RenewAsync(lease, term);
        try
        {
            await new ControllerTerm(lease, reader, writer, inbox, time, log).RunAsync(term.Token);
        }
        finally
        {
            await term.CancelSoonAsync();
            await renewal;
            await GiveBackAsync(lease);
        }
    }

    private async Task GiveBackAsync(TermLease lease)
    {
        using var brief = new CancellationTokenSource(RetryAfter, time);
        try
        {
            await lease.ReleaseAsync(brief.Token);
        }
        catch (Exception e)
        {
            log.LogDebug("The lease was not given back ({Reason}); it will expire", e.Message);
        }
    }

    private async Task RenewAsync(TermLease lease, CancellationTokenSource term)
    {
        while (!term.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(RenewEvery, time, term.Token);
                if (!await lease.RenewAsync(term.Token))
                {
                    log.LogWarning("Another controller has taken over");
                    await term.CancelSoonAsync();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // Writes are fenced by the term; losing some renewals only lets another take over.
                log.LogDebug("A renewal failed: {Reason}", e.Message);
            }
        }
    }
}
