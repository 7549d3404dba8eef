using Portal.Core.Alerts;
using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>A rule as users wrote it. Only services write it.</summary>
public sealed class AlertRuleRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }
    /// <summary>Its team; null for one of the whole Portal.</summary>
    public TeamId? TeamId { get; set; }
    /// <summary>The team's id, or zero: with the name unique.</summary>
    public Guid Scope { get; set; }
    /// <summary>Its name.</summary>
    public required string Name { get; set; }
    /// <summary>The rest of it, JSON of <see cref="AlertRule"/>.</summary>
    public string Body { get; set; } = "{}";
    /// <summary>When it was last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    /// <summary>By whom.</summary>
    public string ChangedBy { get; set; } = "";
}

/// <summary>Whom alerts are told. Only services write it.</summary>
public sealed class AlertTargetRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }
    /// <summary>Its team; null for one of the whole Portal.</summary>
    public TeamId? TeamId { get; set; }
    /// <summary>The team's id, or zero: with the name unique.</summary>
    public Guid Scope { get; set; }
    /// <summary>Its name.</summary>
    public required string Name { get; set; }
    /// <summary>How it is told.</summary>
    public AlertTargetKind Kind { get; set; }
    /// <summary>Where: a URL, which may hold a secret, or e-mail addresses parted by commas; protected.</summary>
    public string ProtectedAddress { get; set; } = "";
    /// <summary>When it was last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    /// <summary>By whom.</summary>
    public string ChangedBy { get; set; } = "";
}

/// <summary>How a target is told.</summary>
public enum AlertTargetKind
{
    /// <summary>A POST of JSON to a URL.</summary>
    Webhook,
    /// <summary>A mail.</summary>
    Email,
}

/// <summary>An alert; see <see cref="AlertState"/>. Only the evaluator writes it, under its term.</summary>
public sealed class AlertStateRow
{
    /// <summary>The rule.</summary>
    public Guid RuleId { get; set; }
    /// <summary>What it is about.</summary>
    public required string Subject { get; set; }
    /// <summary>The team's name.</summary>
    public string? Team { get; set; }
    /// <summary>The app's name.</summary>
    public string? App { get; set; }
    /// <summary>The host's name.</summary>
    public string? Host { get; set; }
    /// <summary>Where it stands.</summary>
    public AlertPhase Phase { get; set; }
    /// <summary>Since when it has been met.</summary>
    public DateTimeOffset Since { get; set; }
    /// <summary>When it fired last.</summary>
    public DateTimeOffset? FiredAt { get; set; }
    /// <summary>No longer met since then.</summary>
    public DateTimeOffset? QuietSince { get; set; }
    /// <summary>When it was over last.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }
    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";
    /// <summary>How often it came back.</summary>
    public int Flaps { get; set; }
    /// <summary>Whether targets were told.</summary>
    public bool Notified { get; set; }
}

/// <summary>A silence. Only services write it.</summary>
public sealed class AlertSilenceRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }
    /// <summary>Only of that team; null for all.</summary>
    public TeamId? TeamId { get; set; }
    /// <summary>Only that rule.</summary>
    public string? Rule { get; set; }
    /// <summary>Only that app.</summary>
    public string? App { get; set; }
    /// <summary>Only that host.</summary>
    public string? Host { get; set; }
    /// <summary>From then on.</summary>
    public DateTimeOffset From { get; set; }
    /// <summary>Until then.</summary>
    public DateTimeOffset To { get; set; }
    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";
    /// <summary>By whom.</summary>
    public string By { get; set; } = "";
}

/// <summary>A notice to one target: written with the change that it tells of, sent afterwards, kept as history. Only the evaluator writes it, under its term.</summary>
public sealed class AlertNoticeRow
{
    /// <summary>Follows from rule, subject, time and target, so that no notice is there twice.</summary>
    public Guid Id { get; set; }
    /// <summary>Orders notices to one target.</summary>
    public long Number { get; set; }
    /// <summary>The rule's team; null for one of the whole Portal.</summary>
    public TeamId? TeamId { get; set; }
    /// <summary>The target's id; it may be gone.</summary>
    public Guid TargetId { get; set; }
    /// <summary>The target's name.</summary>
    public string Target { get; set; } = "";
    /// <summary>The rule's name.</summary>
    public string Rule { get; set; } = "";
    /// <summary>What it is about.</summary>
    public string Subject { get; set; } = "";
    /// <summary>Whether it tells that it is over.</summary>
    public bool IsOver { get; set; }
    /// <summary>One line.</summary>
    public string Title { get; set; } = "";
    /// <summary>What a webhook gets, JSON.</summary>
    public string Body { get; set; } = "{}";
    /// <summary>When it was written.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>How often it was tried.</summary>
    public int Tries { get; set; }
    /// <summary>When it is tried next; null where it is done or given up.</summary>
    public DateTimeOffset? NextTryAt { get; set; }
    /// <summary>When the target took it.</summary>
    public DateTimeOffset? SentAt { get; set; }
    /// <summary>What the target answered last, or why it was not reached.</summary>
    public string Answer { get; set; } = "";
}

/// <summary>How alerts are sent: one row, written by administrators.</summary>
public sealed class AlertSettingsRow
{
    /// <summary>Always 1.</summary>
    public int Id { get; set; }
    /// <summary>The mail server; empty for none.</summary>
    public string SmtpHost { get; set; } = "";
    /// <summary>Its port.</summary>
    public int SmtpPort { get; set; } = 587;
    /// <summary>How the connection is protected.</summary>
    public SmtpSecurity SmtpSecurity { get; set; } = SmtpSecurity.StartTls;
    /// <summary>The user; empty for none.</summary>
    public string SmtpUser { get; set; } = "";
    /// <summary>The password, protected; null for none.</summary>
    public string? ProtectedSmtpPassword { get; set; }
    /// <summary>The sender's address.</summary>
    public string SmtpFrom { get; set; } = "";
    /// <summary>What may be reached inside Portal's own network, an entry a line.</summary>
    public string Allowed { get; set; } = "";
    /// <summary>Where people reach Portal, for links; empty where not known.</summary>
    public string PublicAddress { get; set; } = "";
}

/// <summary>How a connection to a mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>It begins in the clear and must turn to TLS.</summary>
    StartTls,
    /// <summary>TLS from the first byte.</summary>
    Tls,
}
