using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>At the very first start, registers this machine's own engine as the host <c>local</c>, if it answers. Nothing waits for it.</summary>
internal sealed class LocalHostRegistration(ServiceStore store, IHostService hosts, TimeProvider time, ILogger<LocalHostRegistration> log) : BackgroundService
{
    public const string Name = "local";
    public const string Endpoint = "unix:///var/run/docker.sock";
    private const int Attempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryOnceAsync(attempt == 0, stoppingToken))
            {
                return;
            }
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Whether there is nothing left to do.</summary>
    internal async Task<bool> TryOnceAsync(bool tells, CancellationToken cancellation)
    {
        try
        {
            if (await store.ReadAsync(async db => await db.Hosts.AnyAsync(cancellation) || await db.Audit.AnyAsync(a => a.Action == "host.put" && a.Result == "ok", cancellation), cancellation))
            {
                return true;
            }
            if (!File.Exists("/var/run/docker.sock"))
            {
                return false;
            }
            await hosts.PutAsync(Actor.System, Name, new HostRequest(Endpoint), cancellation);
            log.LogInformation("Registered this machine's engine as host {Name}", Name);
            return true;
        }
        catch (RefusedException refused)
        {
            if (tells)
            {
                log.LogInformation("This machine's engine is not registered by itself: {Reason}", refused.Message);
            }
            return refused.Kind == RefusalKind.Conflict;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            // Whatever it was: a background service that throws ends the process.
            log.LogDebug("This machine's engine is not registered yet: {Reason}", e.Message);
            return false;
        }
    }
}
