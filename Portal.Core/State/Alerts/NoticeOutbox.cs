using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.State.Leases;
using Portal.Core.State.Model;
using Portal.Core.State.Services;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Alerts;

/// <summary>
/// Gives notices to their targets. Each try is written before it is made, under the term, and not repeated until later: so a target gets a notice once, and twice only
/// where Portal died between sending it and writing that; then it bears the same id.
/// </summary>
internal sealed class NoticeOutbox(IDbContextFactory<PortalDb> contexts, INoticeSender sender, ISecretProtector secrets, TimeProvider time, ILogger<NoticeOutbox> log)
{
    /// <summary>At most so many at once.</summary>
    private const int AtOnce = 8;
    private const int MostTries = 20;
    /// <summary>A target that fails so often is told of; once or twice may be chance.</summary>
    private const int TriesTold = 3;
    private const int LongestAnswer = 500;
    /// <summary>Longer than any try lasts.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends what is due.</summary>
    /// <returns>How many tries there were.</returns>
    public async Task<int> SendDueAsync(TermLease lease, CancellationToken cancellation)
    {
        var due = await ClaimAsync(lease, cancellation);
        await Task.WhenAll(due.Select(n => SendAsync(n, cancellation)));
        return due.Length;
    }

    private async Task<ImmutableArray<(AlertNoticeRow Notice, NoticeAddress? Address)>> ClaimAsync(TermLease lease, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        // To one target about one thing in order: that it is over comes after that it fires.
        var due = db.AlertNotices.Where(n => n.NextTryAt <= now
            && !db.AlertNotices.Any(o => o.NextTryAt != null && o.TargetId == n.TargetId && o.Rule == n.Rule && o.Subject == n.Subject && o.Number < n.Number));
        if (!await due.AnyAsync(cancellation))
        {
            return [];
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await lease.GuardAsync((NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)transaction.GetDbTransaction(), cancellation);
        var rows = await due.OrderBy(n => n.NextTryAt).Take(AtOnce).ToListAsync(cancellation);
        var ids = rows.Select(r => r.TargetId).ToList();
        var targets = await db.AlertTargets.AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, cancellation);
        var settings = await db.AlertSettings.AsNoTracking().SingleOrDefaultAsync(cancellation);
        foreach (var row in rows)
        {
            row.Tries++;
            row.NextTryAt = row.Tries >= MostTries ? null : now + PauseAfter(row.Tries);
        }
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return [.. rows.Select(r => (r, targets.GetValueOrDefault(r.TargetId) is { } target ? AlertService.AddressOf(target, settings, secrets) : null))];
    }

    private async Task SendAsync((AlertNoticeRow Notice, NoticeAddress? Address) due, CancellationToken cancellation)
    {
        var (notice, address) = due;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        NoticeAnswer answer;
        try
        {
            answer = address is null ? new NoticeAnswer(false, "The target is gone.")
                : await sender.SendAsync(address, new NoticeMessage(notice.Id, notice.Title, AlertWords.Text(notice.Title, notice.Body), notice.Body), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            answer = new NoticeAnswer(false, $"It did not answer within {Patience.TotalSeconds:0} s.");
        }
        PortalMeter.AlertNotices.Add(1, new("kind", address?.Kind.ToString() ?? "gone"), new("outcome", answer.Accepted ? "accepted" : "failed"));
        await KeepAsync(notice, answer, isGone: address is null);
    }

    /// <summary>Not under the term: what was sent was sent.</summary>
    private async Task KeepAsync(AlertNoticeRow notice, NoticeAnswer answer, bool isGone)
    {
        try
        {
            var now = time.GetUtcNow();
            var text = answer.Text.Length > LongestAnswer ? answer.Text[..LongestAnswer] : answer.Text;
            await using var db = await contexts.CreateDbContextAsync();
            var row = db.AlertNotices.Where(n => n.Id == notice.Id);
            _ = answer.Accepted || isGone
                ? await row.ExecuteUpdateAsync(s => s.SetProperty(n => n.Answer, text).SetProperty(n => n.NextTryAt, (DateTimeOffset?)null).SetProperty(n => n.SentAt, n => answer.Accepted ? now : n.SentAt))
                : await row.ExecuteUpdateAsync(s => s.SetProperty(n => n.Answer, text));
            if (notice.Tries == TriesTold && !answer.Accepted && !isGone)
            {
                await TellAsync(db, notice, text, now);
            }
        }
        catch (Exception e) when (StoreFailures.IsAway(e))
        {
            log.LogWarning("What a target answered to notice {Notice} could not be kept: {Reason}", notice.Id, e.Message);
        }
    }

    /// <summary>Once an hour for a target, however many notices wait for it.</summary>
    private static async Task TellAsync(PortalDb db, AlertNoticeRow notice, string answer, DateTimeOffset now)
    {
        const string Kind = "AlertTargetFails";
        var (beginning, hourAgo) = ($"Target {notice.Target} ", now - TimeSpan.FromHours(1));
        if (!await db.Events.AnyAsync(e => e.At > hourAgo && e.Kind == Kind && e.TeamId == notice.TeamId && e.Message.StartsWith(beginning)))
        {
            db.Events.Add(new EventRow { At = now, Severity = Domain.Severity.Warning, Kind = Kind, TeamId = notice.TeamId, Message = $"{beginning}does not take notices of alerts: {answer.TrimEnd('.')}. They are tried again." });
            await db.SaveChangesAsync();
        }
    }

    private static TimeSpan PauseAfter(int tries) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(tries - 1, 10)));
}
