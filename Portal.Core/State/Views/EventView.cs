using Portal.Core.Domain;

namespace Portal.Core.State.Views;

/// <summary>A fact that happened.</summary>
public sealed record EventView
{
    /// <summary>Grows with time.</summary>
    public required long Id { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>How much to care.</summary>
    public Severity Severity { get; init; }
    /// <summary>A stable word, as <c>InstancePlaced</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>What and why, in a sentence.</summary>
    public required string Message { get; init; }
    /// <summary>The team's name, where it concerns one.</summary>
    public string? Team { get; init; }
    /// <summary>The app's name, where it concerns one.</summary>
    public string? App { get; init; }
    /// <summary>The host's name, where it concerns one.</summary>
    public string? Host { get; init; }
    /// <summary>The instance, where it concerns one.</summary>
    public InstanceId? Instance { get; init; }
    /// <summary>The trace of the change that it belongs to, 32 hexadecimal digits; null where there is none.</summary>
    public string? TraceId { get; init; }
}

/// <summary>Which events are wanted; null is no bound.</summary>
public sealed record EventQuery
{
    /// <summary>Only of that team.</summary>
    public string? Team { get; init; }
    /// <summary>Only of that app.</summary>
    public string? App { get; init; }
    /// <summary>Only of that host.</summary>
    public string? Host { get; init; }
    /// <summary>Only of that kind, such as <c>AppScaled</c>; several are separated by commas. One that ends with <c>*</c> is the beginning of kinds.</summary>
    public string? Kind { get; init; }
    /// <summary>Only with that text in message, kind, app or host, whatever the case.</summary>
    public string? Text { get; init; }
    /// <summary>At least so severe.</summary>
    public Severity? Severity { get; init; }
    /// <summary>From then on.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Before then.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>Only older than that event (events come newest first).</summary>
    public long? After { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>Who did what.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="RemoteAddress">From where, where known.</param>
/// <param name="Action">What, as <c>app.scale</c>.</param>
/// <param name="Target">To what, as <c>default/web</c>.</param>
/// <param name="Result"><c>ok</c> or the refusal.</param>
/// <param name="Detail">More, in words.</param>
/// <param name="TraceId">Its trace; null where it was not traced.</param>
public sealed record AuditView(long Id, DateTimeOffset At, string Actor, string? RemoteAddress, string Action, string Target, string Result, string Detail, string? TraceId = null);

/// <summary>A team.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="DisplayName">For people.</param>
/// <param name="Quota">Its quota.</param>
/// <param name="Apps">How many apps it has.</param>
/// <param name="Members">How many members it has.</param>
public sealed record TeamView(TeamId Id, string Name, string DisplayName, Quota Quota, int Apps, int Members);

/// <summary>Upper bounds of what a team's apps may ask for; null is none.</summary>
/// <param name="Cpus">Reserved cores.</param>
/// <param name="MemoryBytes">Reserved bytes.</param>
/// <param name="Instances">Wanted instances.</param>
public sealed record Quota(double? Cpus = null, long? MemoryBytes = null, int? Instances = null);

/// <summary>A member of a team.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="Role">Their role.</param>
public sealed record MemberView(Guid UserId, string Email, TeamRole Role);

/// <summary>A user.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="IsAdministrator">Whether they administer Portal.</param>
/// <param name="HasPassword">Whether they have set one.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record UserView(Guid Id, string Email, bool IsAdministrator, bool HasPassword, DateTimeOffset CreatedAt);

/// <summary>An API token; the secret itself is shown only when it is made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">Who made it.</param>
/// <param name="Team">The only team it works in, by name; null for all of its owner's.</param>
/// <param name="Role">Its role in that team; null for its owner's.</param>
/// <param name="IsAdministrator">Whether it administers Portal.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when; null for ever.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
public sealed record TokenView(Guid Id, string Name, string Owner, string? Team, TeamRole? Role, bool IsAdministrator, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>Credentials of a registry, without the password.</summary>
/// <param name="Host">The registry's host.</param>
/// <param name="Username">The user.</param>
/// <param name="ChangedAt">Since when.</param>
public sealed record RegistryView(string Host, string Username, DateTimeOffset ChangedAt);
