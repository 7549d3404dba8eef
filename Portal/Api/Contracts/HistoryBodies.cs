using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A fact that happened.</summary>
internal sealed record EventBody(long Id, DateTime At, Severity Severity, string Kind, string Message, string? Team, string? App, string? Host, Guid? Instance, string? TraceId)
{
    public static EventBody Of(EventView e) => new(e.Id, Wire.Time(e.At), e.Severity, e.Kind, e.Message, e.Team, e.App, e.Host, e.Instance?.Value, e.TraceId);
}

/// <summary>Who did what, from where, with what result.</summary>
internal sealed record AuditBody(long Id, DateTime At, string Actor, string? RemoteAddress, string Action, string Target, string Result, string Detail, string? TraceId)
{
    public static AuditBody Of(AuditView a) => new(a.Id, Wire.Time(a.At), a.Actor, a.RemoteAddress, a.Action, a.Target, a.Result, a.Detail, a.TraceId);
}
