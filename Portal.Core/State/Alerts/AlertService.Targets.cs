using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Services;

namespace Portal.Core.State.Alerts;

/// <content>Targets, what they were told, and how.</content>
internal sealed partial class AlertService
{
    private const int MostNotices = 1001;

    /// <inheritdoc/>
    public Task<ImmutableArray<AlertTargetView>> ListTargetsAsync(Actor actor, AlertScope scope, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var seen = await SeenAsync(db, actor, scope, cancellation);
        var targets = await db.AlertTargets.AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancellation);
        return targets.Where(t => seen.Covers(t.TeamId)).Select(t => ViewOf(t, seen.NameOf(t.TeamId), actor)).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(AlertTargetView Target, bool Created)> PutTargetAsync(Actor actor, AlertScope scope, string name, AlertTargetKind kind, string address, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.target.put", $"{scope.Words}/{name}", async change =>
        {
            var team = await ChangeableAsync(change.Db, actor, scope, cancellation);
            var faults = new List<Fault>();
            if (NameRules.CheckDnsLabel(name) is { } message)
            {
                faults.Add(new Fault("name", message));
            }
            if (AlertRules.CheckAddress(kind, address) is { } wrong)
            {
                faults.Add(new Fault("address", wrong));
            }
            Refuse(faults, "The target is not valid.");
            var key = KeyOf(team);
            var row = await change.Db.AlertTargets.SingleOrDefaultAsync(t => t.Scope == key && t.Name == name, cancellation);
            var created = row is null;
            if (row is null)
            {
                row = new AlertTargetRow { Id = Guid.CreateVersion7(change.Now), TeamId = team?.Id, Scope = key, Name = name };
                change.Db.AlertTargets.Add(row);
            }
            (row.Kind, row.ProtectedAddress, row.ChangedAt, row.ChangedBy) = (kind, secrets.Protect(address), change.Now, actor.Name);
            (change.Notice, change.Detail) = (s_changed, kind.ToString());
            return (ViewOf(row, team?.Name, actor), created);
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteTargetAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.target.delete", $"{scope.Words}/{name}", async change =>
        {
            var key = KeyOf(await ChangeableAsync(change.Db, actor, scope, cancellation));
            var row = await change.Db.AlertTargets.SingleOrDefaultAsync(t => t.Scope == key && t.Name == name, cancellation) ?? throw RefusedException.NotFound($"target {name}");
            var rules = await change.Db.AlertRules.Where(r => r.Scope == key).ToListAsync(cancellation);
            if (rules.Find(r => AlertRules.Read(r, null).Targets.Contains(name)) is { } user)
            {
                throw new RefusedException(RefusalKind.Conflict, $"The rule {user.Name} tells target {name}; take it out there first.");
            }
            change.Db.AlertTargets.Remove(row);
            change.Notice = s_changed;
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public async Task<NoticeAnswer> TestTargetAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation)
    {
        // By a change, for the audit tells of it: something is sent.
        var address = await store.ChangeAsync(actor, "alert.target.test", $"{scope.Words}/{name}", async change =>
        {
            var key = KeyOf(await ChangeableAsync(change.Db, actor, scope, cancellation));
            var row = await change.Db.AlertTargets.AsNoTracking().SingleOrDefaultAsync(t => t.Scope == key && t.Name == name, cancellation) ?? throw RefusedException.NotFound($"target {name}");
            return AddressOf(row, await change.Db.AlertSettings.AsNoTracking().SingleOrDefaultAsync(cancellation), secrets);
        }, cancellation);
        return await sender.SendAsync(address, AlertWords.Test(name, actor.Name, store.Now), cancellation);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<AlertNoticeView>> ListNoticesAsync(Actor actor, AlertScope scope, long? before, int limit, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var seen = await SeenAsync(db, actor, scope, cancellation);
        // In SQL: a page must not be filled with what others may see only.
        TeamId?[] teams = [.. seen.Teams.Keys.Select(t => (TeamId?)t)];
        var rows = await db.AlertNotices.AsNoTracking().Where(n => (before == null || n.Number < before) && (n.TeamId == null ? seen.Portal : teams.Contains(n.TeamId)))
            .OrderByDescending(n => n.Number).Take(Math.Min(limit, MostNotices)).ToListAsync(cancellation);
        return rows.Select(n => new AlertNoticeView(n.Id, n.Number, seen.NameOf(n.TeamId), n.Target, n.Rule, n.Subject, n.IsOver, n.Title, n.CreatedAt, n.Tries, n.NextTryAt, n.SentAt, n.Answer)).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<AlertSettings> GetSettingsAsync(Actor actor, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        Access.RequireAdministrator(actor);
        return ViewOf(await db.AlertSettings.AsNoTracking().SingleOrDefaultAsync(cancellation));
    }, cancellation);

    /// <inheritdoc/>
    public Task<AlertSettings> PutSettingsAsync(Actor actor, AlertSettings settings, string? password, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "alert.settings.put", "portal", async change =>
        {
            Access.RequireAdministrator(actor);
            Refuse([.. AlertRules.Check(settings)], "The settings are not valid.");
            var row = await change.Db.AlertSettings.SingleOrDefaultAsync(cancellation);
            if (row is null)
            {
                row = new AlertSettingsRow { Id = 1 };
                change.Db.AlertSettings.Add(row);
            }
            if ((row.SmtpHost, row.SmtpPort) != (settings.Host, settings.Port) && password is null)
            {
                // A password is for the server that it was given for: another one must not get it.
                row.ProtectedSmtpPassword = null;
            }
            (row.SmtpHost, row.SmtpPort, row.SmtpSecurity, row.SmtpUser, row.SmtpFrom) = (settings.Host, settings.Port, settings.Security, settings.User, settings.From);
            (row.Allowed, row.PublicAddress) = (string.Join('\n', settings.Allowed.Select(a => a.Trim()).Where(a => a.Length > 0)), settings.PublicAddress.TrimEnd('/'));
            row.ProtectedSmtpPassword = password is null ? row.ProtectedSmtpPassword : password.Length == 0 ? null : secrets.Protect(password);
            (change.Notice, change.Detail) = (s_changed, $"{row.SmtpHost}:{row.SmtpPort} {row.SmtpSecurity}; allowed inside: {row.Allowed.Replace('\n', ' ')}");
            return ViewOf(row);
        }, cancellation);

    /// <summary>Where a target is, with what it takes to reach it.</summary>
    internal static NoticeAddress AddressOf(AlertTargetRow target, AlertSettingsRow? settings, ISecretProtector secrets) => new(target.Kind, secrets.Unprotect(target.ProtectedAddress),
        ViewOf(settings), settings?.ProtectedSmtpPassword is { } kept ? secrets.Unprotect(kept) : null);

    private static AlertSettings ViewOf(AlertSettingsRow? row)
    {
        row ??= new AlertSettingsRow();
        return new AlertSettings(row.SmtpHost, row.SmtpPort, row.SmtpSecurity, row.SmtpUser, row.ProtectedSmtpPassword is not null, row.SmtpFrom,
            [.. row.Allowed.Split('\n', StringSplitOptions.RemoveEmptyEntries)], row.PublicAddress);
    }

    private AlertTargetView ViewOf(AlertTargetRow row, string? team, Actor actor)
    {
        var address = secrets.Unprotect(row.ProtectedAddress);
        var mayChange = row.TeamId is { } id ? actor.Has(id, TeamRole.Deployer) : actor.IsAdministrator;
        return new AlertTargetView(team, row.Name, row.Kind, mayChange || row.Kind == AlertTargetKind.Email ? address : $"{new Uri(address).GetLeftPart(UriPartial.Authority)}/…", row.ChangedAt, row.ChangedBy);
    }
}
