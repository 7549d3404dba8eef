using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>Tells of certificates by which Portal reaches hosts: two weeks before one ends, and when it has ended, once each.</summary>
internal sealed class CertificateWatch(IDbContextFactory<PortalDb> contexts, TimeProvider time, ILogger<CertificateWatch> log) : BackgroundService
{
    /// <summary>"certific" in ASCII.</summary>
    private const long Lock = 0x6365727469666963;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(14);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = First;
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            try
            {
                await LookAsync(stoppingToken);
                pause = Every;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was: a background service that throws ends the process.
                log.LogWarning("The certificates of hosts could not be looked at ({Reason}); trying again", e.Message);
                pause = First;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Tells what is due and was not told yet.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancellation);
        var soon = now + Ahead;
        foreach (var host in await db.Hosts.AsNoTracking().Where(h => h.CertificateExpiresAt < soon).ToListAsync(cancellation))
        {
            var draft = Draft(host, now);
            if (!await db.Events.AnyAsync(e => e.HostId == host.Id && e.Kind == draft.Kind && e.Message == draft.Message, cancellation))
            {
                db.Events.Add(draft);
            }
        }
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static EventRow Draft(HostRow host, DateTimeOffset now)
    {
        var end = host.CertificateExpiresAt!.Value;
        var (isOver, at) = (end <= now, end.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        return new EventRow
        {
            At = now, HostId = host.Id, HostName = host.Name, Severity = isOver ? Severity.Error : Severity.Warning, Kind = isOver ? "CertificateExpired" : "CertificateExpiring",
            Message = isOver ? $"The certificate by which Portal reaches host {host.Name} ended at {at} UTC: give the host a new one." : $"The certificate by which Portal reaches host {host.Name} ends at {at} UTC: give the host a new one before that.",
        };
    }
}
