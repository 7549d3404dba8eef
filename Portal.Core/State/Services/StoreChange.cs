using System.Diagnostics;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Services;

/// <summary>One change while its transaction is open: what it writes, tells and announces.</summary>
internal sealed class StoreChange(PortalDb db, Actor actor, DateTimeOffset now, Activity? span = null)
{
    public PortalDb Db => db;

    public Actor Actor => actor;

    public DateTimeOffset Now => now;

    /// <summary>The span of it; null where it is not traced.</summary>
    public Activity? Span => span;

    /// <summary>Its trace's id; null where it is not traced.</summary>
    public string? TraceId => PortalTraces.TraceIdOf(PortalTraces.ContextOf(span));

    /// <summary>Sent with the transaction; null for none.</summary>
    public Notice? Notice { get; set; }

    /// <summary>What the audit says besides action and target.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Adds an event about an app.</summary>
    public void Tell(string kind, string message, TeamRow team, AppRow app) =>
        db.Events.Add(new EventRow { At = now, Kind = kind, Message = message, TeamId = team.Id, AppId = app.Id, AppName = app.Name, TraceId = TraceId });

    /// <summary>Adds an event about a host.</summary>
    public void Tell(string kind, string message, HostRow host, Severity severity = Severity.Info)
    {
        span?.SetTag(TraceTags.Host, host.Name);
        db.Events.Add(new EventRow { At = now, Severity = severity, Kind = kind, Message = message, HostId = host.Id, HostName = host.Name, TraceId = TraceId });
    }
}
