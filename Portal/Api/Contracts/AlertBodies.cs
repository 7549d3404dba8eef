using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Portal.Api.OpenApi;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Api.Contracts;

/// <summary>An alert.</summary>
internal sealed record AlertBody(string Rule, string? RuleTeam, AlertKind Kind, Severity Severity, AlertPhase Phase, string Subject, string? Team, string? App, string? Host,
    string Reason, DateTime Since, DateTime? FiredAt, DateTime? ResolvedAt, bool Silenced)
{
    public static AlertBody Of(AlertView a) => new(a.Rule, a.RuleTeam, a.Kind, a.Severity, a.State.Phase, a.State.Subject, a.State.Team, a.State.App, a.State.Host,
        a.State.Reason, Wire.Time(a.State.Since), Wire.Time(a.State.FiredAt), Wire.Time(a.State.ResolvedAt), a.IsSilenced);
}

/// <summary>A rule.</summary>
internal sealed record AlertRuleBody(string Name, string? Team, AlertKind Kind, string? App, string? Host, ImmutableArray<string> States, Metric Metric, AlertGrouping Of, bool Below, double Value,
    bool Percent, string For, string Window, Severity Severity, ImmutableArray<string> Targets, bool Enabled)
{
    public static AlertRuleBody From(AlertRule r) => new(r.Name, r.Team, r.Kind, r.App, r.Host, r.States, r.Metric, r.Of, r.Below, r.Value, r.Percent, Wire.Duration(r.For), Wire.Duration(r.Window), r.Severity, r.Targets, r.Enabled);
}

/// <summary>A rule to make or change; what is left out is as its default says.</summary>
internal sealed record AlertRuleRequestBody(
    AlertKind Kind,
    [property: Description("Only that app of the team.")] string? App = null,
    [property: Description("Only that host.")] string? Host = null,
    [property: Description("Of AppStatus, Rollout (Failed, RolledBack) and HostState: the words that it is met by.")] ImmutableArray<string>? States = null,
    [property: Description("Of Metric: Cpu or Memory.")] Metric? Metric = null,
    [property: Description("Of Metric: App by default.")] AlertGrouping? Of = null,
    [property: Description("Of Metric: whether it is met below the value; above it by default.")] bool? Below = null,
    [property: Description("Of Metric: cores, bytes or per cent. Of Restarts: more than so many."), Range(0, 1e15)] double? Value = null,
    [property: Description("Of Metric: whether the value is in per cent of the limit; of a host, of what it has.")] bool? Percent = null,
    [property: Description("For so long it must be met; 0s by default."), RegularExpression(AppSpecSchema.DurationPattern)] string? For = null,
    [property: Description("Of Restarts: within so long, 10m by default, at most 1h."), RegularExpression(AppSpecSchema.DurationPattern)] string? Window = null,
    [property: Description("Warning by default.")] Severity? Severity = null,
    [property: Description("Names of targets; none by default: it is shown in the pages.")] ImmutableArray<string>? Targets = null,
    [property: Description("True by default.")] bool? Enabled = null);

/// <summary>A target.</summary>
internal sealed record AlertTargetBody(string Name, string? Team, AlertTargetKind Kind, string Address, DateTime ChangedAt, string ChangedBy)
{
    public static AlertTargetBody Of(AlertTargetView t) => new(t.Name, t.Team, t.Kind, t.Address, Wire.Time(t.ChangedAt), t.ChangedBy);
}

/// <summary>A target to make or change.</summary>
internal sealed record AlertTargetRequestBody(AlertTargetKind Kind, [property: Description("A URL, or e-mail addresses parted by commas."), MinLength(3), MaxLength(2000)] string Address);

/// <summary>What a target answered.</summary>
internal sealed record AlertAnswerBody(bool Accepted, string Answer);

/// <summary>A silence.</summary>
internal sealed record AlertSilenceBody(Guid Id, string? Team, string? Rule, string? App, string? Host, DateTime From, DateTime To, string Reason, string By)
{
    public static AlertSilenceBody Of(AlertSilenceView s) => new(s.Id, s.Team, s.Rule, s.App, s.Host, Wire.Time(s.From), Wire.Time(s.To), s.Reason, s.By);
}

/// <summary>A silence to make, from now on; what is not named is matched by all.</summary>
internal sealed record AlertSilenceRequestBody(
    [property: Description("For so long from now, at most 8760h."), RegularExpression(AppSpecSchema.DurationPattern)] string For,
    [property: MinLength(1), MaxLength(500)] string Reason,
    string? Rule = null, string? App = null, string? Host = null);

/// <summary>A notice to one target, with what it answered last.</summary>
internal sealed record AlertNoticeBody(Guid Id, string? Team, string Target, string Rule, string Subject, string Event, string Title, DateTime CreatedAt, int Tries, DateTime? NextTryAt, DateTime? SentAt, string Answer)
{
    public static AlertNoticeBody Of(AlertNoticeView n) => new(n.Id, n.Team, n.Target, n.Rule, n.Subject, n.IsOver ? "resolved" : "firing", n.Title, Wire.Time(n.CreatedAt), n.Tries, Wire.Time(n.NextTryAt), Wire.Time(n.SentAt), n.Answer);
}

/// <summary>How mails are sent, and what notices may reach inside Portal's own network.</summary>
internal sealed record AlertSettingsBody(SmtpBody Smtp, ImmutableArray<string> Allowed, string PublicAddress)
{
    public static AlertSettingsBody Of(AlertSettings s) => new(new SmtpBody(s.Host, s.Port, s.Security, s.User, s.HasPassword, s.From), s.Allowed, s.PublicAddress);
}

/// <summary>The mail server; the password is never shown.</summary>
internal sealed record SmtpBody(string Host, int Port, SmtpSecurity Security, string User, bool HasPassword, string From);

/// <summary>Settings of alerts, as a whole.</summary>
internal sealed record AlertSettingsRequestBody(
    SmtpRequestBody? Smtp = null,
    [property: Description("Host names, IP addresses and networks inside Portal's own network that notices may be sent to.")] ImmutableArray<string>? Allowed = null,
    [property: Description("Where people reach Portal, for links in notices."), MaxLength(500)] string? PublicAddress = null);

/// <summary>The mail server; without it no mails are sent.</summary>
internal sealed record SmtpRequestBody(
    [property: MinLength(1), MaxLength(253)] string Host,
    [property: Description("An e-mail address."), MaxLength(254)] string From,
    [property: Range(1, 65535), Description("587 by default.")] int? Port = null,
    [property: Description("StartTls by default.")] SmtpSecurity? Security = null,
    [property: MaxLength(256)] string? User = null,
    [property: Description("Left out, the present one stays while the server stays the same."), MaxLength(1024)] string? Password = null);
