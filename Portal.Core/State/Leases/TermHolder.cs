using Microsoft.Extensions.Logging;

namespace Portal.Core.State.Leases;

/// <summary>
/// Strives for a piece of work that only one process may do: takes its lease when nobody has it, renews it while the term is served,
/// gives it back, and starts anew after whatever ended the term.
/// </summary>
/// <param name="leases">Where claims are kept.</param>
/// <param name="time">Paces renewals and retries.</param>
/// <param name="name">What is claimed.</param>
/// <param name="holder">The process that claims it.</param>
/// <param name="log">Told why terms end.</param>
public sealed class TermHolder(ILeaseStore leases, TimeProvider time, string name, string holder, ILogger log)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Strives until told to end; throws nothing.</summary>
    /// <param name="serve">Serves one term, until it throws or is cancelled.</param>
    /// <param name="stopping">Ends the striving.</param>
    public async Task RunAsync(Func<TermLease, CancellationToken, Task> serve, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await StriveAsync(serve, stopping);
            await Task.Delay(RetryAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        log.LogDebug("Whoever strives for the lease {Name} stops with its process", name);
    }

    private async Task StriveAsync(Func<TermLease, CancellationToken, Task> serve, CancellationToken stopping)
    {
        try
        {
            if (await TermLease.TryTakeAsync(leases, time, name, holder, Length, stopping) is { } lease)
            {
                await ServeAsync(lease, serve, stopping);
            }
        }
        catch (TermLostException e)
        {
            log.LogWarning("{Reason}", e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Whatever it was, memory is in doubt: the next term reads everything anew.
            log.LogWarning(e, "A term of {Name} ended: {Reason}", name, e.Message);
        }
        catch (OperationCanceledException)
        {
            log.LogDebug("The term of {Name} ends with its process", name);
        }
    }

    private async Task ServeAsync(TermLease lease, Func<TermLease, CancellationToken, Task> serve, CancellationToken stopping)
    {
        log.LogInformation("This process has the lease {Name}, term {Term}", name, lease.Term);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var renewal = RenewAsync(lease, term);
        try
        {
            await serve(lease, term.Token);
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
            log.LogDebug("The lease {Name} was not given back ({Reason}); it will expire", name, e.Message);
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
                    log.LogWarning("Another process has taken over the lease {Name}", name);
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
                log.LogDebug("A renewal of the lease {Name} failed: {Reason}", name, e.Message);
            }
        }
    }
}
