using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Services;

/// <summary>One change while its transaction is open: what it writes, tells and announces.</summary>
internal sealed class StoreChange(PortalDb db, Actor actor, DateTimeOffset now)
{
    public PortalDb Db => db;

    public Actor Actor => actor;

    public DateTimeOffset Now => now;

    /// <summary>Sent with the transaction; null for none.</summary>
    public Notice? Notice { get; set; }

    /// <summary>What the audit says besides action and target.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Adds an event about an app.</summary>
    public void Tell(string kind, string message, TeamRow team, AppRow app) =>
        db.Events.Add(new EventRow { At = now, Kind = kind, Message = message, TeamId = team.Id, AppId = app.Id, AppName = app.Name });

    /// <summary>Adds an event about a host.</summary>
    public void Tell(string kind, string message, HostRow host, Severity severity = Severity.Info) =>
        db.Events.Add(new EventRow { At = now, Severity = severity, Kind = kind, Message = message, HostId = host.Id, HostName = host.Name });
}
