using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Services;

/// <summary>How services read and change the store: every change is one transaction with its audit entry, events and notice, and is made anew after a lost race.</summary>
internal sealed class ServiceStore(IDbContextFactory<PortalDb> contexts, StorePulse pulse, INoticeBus notices, TimeProvider time, ILogger<ServiceStore> log)
{
    private const int Attempts = 5;
    private const int LongestDetail = 2000;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Awaits a call to the store that another makes.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task<T> GuardAsync<T>(Func<Task<T>> call) => pulse.GuardAsync(call);

    /// <summary>Reads.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task<T> ReadAsync<T>(Func<PortalDb, Task<T>> read, CancellationToken cancellation) => GuardAsync(async () =>
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await read(db);
    });

    /// <summary>Tells this process's readers of something that was written without a transaction of its own; others find it when they look.</summary>
    public void Announce(Notice notice) => notices.Committed(notice);

    /// <summary>Changes in one transaction; a refusal changes nothing but the audit.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">As <c>app.scale</c>.</param>
    /// <param name="target">As <c>default/web</c>.</param>
    /// <param name="change">What to do; may run several times, each time in a new transaction.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RefusedException">The change refused itself.</exception>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<T> ChangeAsync<T>(Actor actor, string action, string target, Func<StoreChange, Task<T>> change, CancellationToken cancellation)
    {
        using var givenUp = new CancellationTokenSource();
        var open = givenUp.Token;
        using var span = PortalTraces.Changes.StartActivity(action);
        try
        {
            return await GuardAsync(() => TryChangeAsync(actor, action, target, change, span, open, cancellation));
        }
        catch (StoreUnavailableException)
        {
            PortalTraces.Failed(span, nameof(StoreUnavailableException));
            // What was answered as not done is not done later.
            await givenUp.CancelAsync();
            throw;
        }
        catch (RefusedException refused)
        {
            // What was asked for may quote what was sent: the trace only says that it was refused.
            PortalTraces.Failed(span, refused.Kind.ToString());
            await RecordRefusalAsync(actor, action, target, refused, span);
            throw;
        }
    }

    /// <summary>Keeps a refusal that was found before any transaction.</summary>
    public async Task RecordRefusalAsync(Actor actor, string action, string target, RefusedException refused, Activity? span = null)
    {
        var words = string.Join(" ", refused.Faults.Select(f => $"{f.Path}: {f.Message}").Prepend(refused.Message));
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            db.Audit.Add(Audit(actor, action, target, refused.Kind.ToString(), words, span));
            if (refused.QuotaOf is { } team)
            {
                await TellOfQuotaAsync(db, team, target, $"{actor.Name} was refused {action} of {target}: {string.Join("; ", refused.Faults.Select(f => f.Message))}.", span);
            }
            await db.SaveChangesAsync();
        }
        catch (Exception e) when (StoreFailures.IsAway(e))
        {
            log.LogWarning("A refusal of {Action} on {Target} to {Actor} could not be kept: {Reason}", action, target, actor.Name, e.Message);
        }
    }

    /// <summary>Once an hour, though a script may ask every second.</summary>
    private async Task TellOfQuotaAsync(PortalDb db, TeamId team, string target, string message, Activity? span)
    {
        const string Kind = "QuotaRefused";
        var (now, name) = (time.GetUtcNow(), target[(target.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var hourAgo = now - TimeSpan.FromHours(1);
        if (!await db.Events.AnyAsync(e => e.At > hourAgo && e.Kind == Kind && e.TeamId == team && e.Message == message))
        {
            var app = await db.Apps.Where(a => a.TeamId == team && a.Name == name && a.DeletedAt == null).Select(a => (AppId?)a.Id).SingleOrDefaultAsync();
            db.Events.Add(new EventRow { At = now, Severity = Severity.Warning, Kind = Kind, Message = message, TeamId = team, AppId = app, AppName = name, TraceId = PortalTraces.TraceIdOf(PortalTraces.ContextOf(span)) });
        }
    }

    private async Task<T> TryChangeAsync<T>(Actor actor, string action, string target, Func<StoreChange, Task<T>> change, Activity? span, CancellationToken open, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ChangeOnceAsync(actor, action, target, change, span, open, cancellation);
            }
            catch (Exception e) when (attempt < Attempts && StoreFailures.IsRace(e))
            {
                log.LogDebug("{Action} on {Target} lost a race and is made anew", action, target);
            }
        }
    }

    private async Task<T> ChangeOnceAsync<T>(Actor actor, string action, string target, Func<StoreChange, Task<T>> change, Activity? span, CancellationToken open, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var state = new StoreChange(db, actor, time.GetUtcNow(), span);
        var result = await change(state);
        db.Audit.Add(Audit(actor, action, target, "ok", state.Detail, span));
        await db.SaveChangesAsync(cancellation);
        if (state.Notice is { } notice)
        {
            await notices.SendAsync(db.Database.GetDbConnection(), transaction.GetDbTransaction(), notice, cancellation);
        }
        open.ThrowIfCancellationRequested();
        // From here on it is not given up: whether a commit that was interrupted took place could not be told.
        await transaction.CommitAsync(CancellationToken.None);
        if (state.Notice is { } committed)
        {
            notices.Committed(committed);
        }
        return result;
    }

    private AuditRow Audit(Actor actor, string action, string target, string result, string detail, Activity? span) => new()
    {
        At = time.GetUtcNow(),
        Actor = actor.Name,
        RemoteAddress = actor.RemoteAddress,
        Action = action,
        Target = target,
        Result = result,
        Detail = detail.Length > LongestDetail ? detail[..LongestDetail] : detail,
        TraceId = PortalTraces.TraceIdOf(PortalTraces.ContextOf(span)),
    };
}
