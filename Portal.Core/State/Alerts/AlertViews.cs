using System.Collections.Immutable;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Model;

namespace Portal.Core.State.Alerts;

/// <summary>An alert as pages and the API show it.</summary>
public sealed record AlertView
{
    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }
    /// <summary>The rule's team; null for one of the whole Portal.</summary>
    public TeamId? TeamId { get; init; }
    /// <summary>That team's name.</summary>
    public string? RuleTeam { get; init; }
    /// <summary>What the rule looks at.</summary>
    public AlertKind Kind { get; init; }
    /// <summary>How much to care.</summary>
    public Severity Severity { get; init; }
    /// <summary>The alert.</summary>
    public required AlertState State { get; init; }
    /// <summary>Whether a silence keeps it from its targets now.</summary>
    public bool IsSilenced { get; init; }

    /// <summary>Whether the actor may see it: those of the whole Portal are for administrators.</summary>
    public bool IsFor(Actor actor) => TeamId is { } team ? actor.Has(team, TeamRole.Viewer) : actor.IsAdministrator;
}

/// <summary>A target as shown.</summary>
/// <param name="Team">Its team; null for one of the whole Portal.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How it is told.</param>
/// <param name="Address">Where. Viewers see of a URL only the host, for the rest may be a secret.</param>
/// <param name="ChangedAt">When it was last changed.</param>
/// <param name="ChangedBy">By whom.</param>
public sealed record AlertTargetView(string? Team, string Name, AlertTargetKind Kind, string Address, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>A silence as shown.</summary>
public sealed record AlertSilenceView(Guid Id, string? Team, string? Rule, string? App, string? Host, DateTimeOffset From, DateTimeOffset To, string Reason, string By);

/// <summary>A notice as shown, with what its target answered.</summary>
public sealed record AlertNoticeView(Guid Id, long Number, string? Team, string Target, string Rule, string Subject, bool IsOver, string Title, DateTimeOffset CreatedAt, int Tries, DateTimeOffset? NextTryAt, DateTimeOffset? SentAt, string Answer);

/// <summary>How alerts are sent.</summary>
/// <param name="Host">The mail server; empty for none.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="User">The user; empty for none.</param>
/// <param name="HasPassword">Whether a password is kept.</param>
/// <param name="From">The sender's address.</param>
/// <param name="Allowed">What may be reached inside Portal's own network: host names, addresses, networks.</param>
/// <param name="PublicAddress">Where people reach Portal, for links; empty where not known.</param>
public sealed record AlertSettings(string Host, int Port, SmtpSecurity Security, string User, bool HasPassword, string From, ImmutableArray<string> Allowed, string PublicAddress);

/// <summary>Whose rules, targets and silences are meant.</summary>
/// <param name="Team">A team's name; null for those of the whole Portal, or all.</param>
/// <param name="All">Everything that the actor may see.</param>
public readonly record struct AlertScope(string? Team, bool All = false)
{
    /// <summary>Those of the whole Portal; for administrators.</summary>
    public static AlertScope Portal => new(null);
    /// <summary>Everything that the actor may see.</summary>
    public static AlertScope Visible => new(null, All: true);
    /// <summary>For messages and audit.</summary>
    public string Words => Team ?? "portal";
}
