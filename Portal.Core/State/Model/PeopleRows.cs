using Microsoft.AspNetCore.Identity;
using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>A user, as ASP.NET Core Identity keeps them.</summary>
public sealed class PortalUser : IdentityUser<Guid>
{
    /// <summary>Whether they administer the whole Portal.</summary>
    public bool IsAdministrator { get; set; }
    /// <summary>Since when.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A team.</summary>
public sealed class TeamRow
{
    /// <summary>Its id.</summary>
    public TeamId Id { get; set; }
    /// <summary>Its name, unique.</summary>
    public required string Name { get; set; }
    /// <summary>For people.</summary>
    public string DisplayName { get; set; } = "";
    /// <summary>Reserved cores at most; null for no bound.</summary>
    public double? QuotaCpus { get; set; }
    /// <summary>Reserved bytes at most; null for no bound.</summary>
    public long? QuotaMemoryBytes { get; set; }
    /// <summary>Instances at most; null for no bound.</summary>
    public int? QuotaInstances { get; set; }
    /// <summary>Since when.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A user's role in a team.</summary>
public sealed class MemberRow
{
    /// <summary>The team.</summary>
    public TeamId TeamId { get; set; }
    /// <summary>The user.</summary>
    public Guid UserId { get; set; }
    /// <summary>The role.</summary>
    public TeamRole Role { get; set; }
}

/// <summary>Credentials of a registry for one team.</summary>
public sealed class RegistryRow
{
    /// <summary>The team.</summary>
    public TeamId TeamId { get; set; }
    /// <summary>The registry's host.</summary>
    public required string Host { get; set; }
    /// <summary>The user.</summary>
    public required string Username { get; set; }
    /// <summary>The password, protected.</summary>
    public required string ProtectedPassword { get; set; }
    /// <summary>When it was last set.</summary>
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A token of the API; the secret is kept only as a hash.</summary>
public sealed class TokenRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }
    /// <summary>Its name.</summary>
    public required string Name { get; set; }
    /// <summary>SHA-256 of the secret (256 random bits need no slow hash).</summary>
    public required byte[] Hash { get; set; }
    /// <summary>The user who made it and bounds it; null for the bootstrap token.</summary>
    public Guid? UserId { get; set; }
    /// <summary>The token by which it was made: it ends with that one. Null where a user made it.</summary>
    public Guid? MadeBy { get; set; }
    /// <summary>The only team it works in; null for all of its owner's.</summary>
    public TeamId? TeamId { get; set; }
    /// <summary>Its role in that team, never above its owner's; null for its owner's.</summary>
    public TeamRole? Role { get; set; }
    /// <summary>Whether it administers Portal (as long as its owner does).</summary>
    public bool IsAdministrator { get; set; }
    /// <summary>Since when.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>Until when; null for ever.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A one-time link; the code is kept only as a hash.</summary>
public sealed class LinkRow
{
    /// <summary>SHA-256 of the code.</summary>
    public required byte[] Hash { get; set; }
    /// <summary>Whose password it sets; null where the administrator's account is still to be made.</summary>
    public Guid? UserId { get; set; }
    /// <summary>Until when it works.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A fact that happened.</summary>
public sealed class EventRow
{
    /// <summary>Grows with time.</summary>
    public long Id { get; set; }
    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }
    /// <summary>How much to care.</summary>
    public Severity Severity { get; set; }
    /// <summary>A stable word.</summary>
    public required string Kind { get; set; }
    /// <summary>What and why, in a sentence.</summary>
    public required string Message { get; set; }
    /// <summary>The team, where it concerns one.</summary>
    public TeamId? TeamId { get; set; }
    /// <summary>The app, where it concerns one.</summary>
    public AppId? AppId { get; set; }
    /// <summary>The app's name, which outlives the app.</summary>
    public string? AppName { get; set; }
    /// <summary>The host, where it concerns one.</summary>
    public HostId? HostId { get; set; }
    /// <summary>The host's name, which outlives the host.</summary>
    public string? HostName { get; set; }
    /// <summary>The instance, where it concerns one.</summary>
    public InstanceId? InstanceId { get; set; }
    /// <summary>The trace of the change that it belongs to, 32 hexadecimal digits; null where there is none.</summary>
    public string? TraceId { get; set; }
}

/// <summary>Who did what, from where, with what result.</summary>
public sealed class AuditRow
{
    /// <summary>Grows with time.</summary>
    public long Id { get; set; }
    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }
    /// <summary>Who.</summary>
    public required string Actor { get; set; }
    /// <summary>From where, where known.</summary>
    public string? RemoteAddress { get; set; }
    /// <summary>What, as <c>app.scale</c>.</summary>
    public required string Action { get; set; }
    /// <summary>To what, as <c>default/web</c>.</summary>
    public required string Target { get; set; }
    /// <summary><c>ok</c> or the refusal.</summary>
    public required string Result { get; set; }
    /// <summary>More, in words.</summary>
    public string Detail { get; set; } = "";
    /// <summary>The trace of it, 32 hexadecimal digits; null where it was not traced.</summary>
    public string? TraceId { get; set; }
}
