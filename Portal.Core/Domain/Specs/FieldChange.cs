namespace Portal.Core.Domain.Specs;

/// <summary>What a changed field does to running containers.</summary>
public enum ChangeEffect
{
    /// <summary>Nothing restarts.</summary>
    NoRestart,
    /// <summary>Every container is replaced.</summary>
    RestartsContainers,
}

/// <summary>One field that differs between two specs.</summary>
/// <param name="Path">As <c>ports[0].hostPort</c>.</param>
/// <param name="Old">As text; null where there was none.</param>
/// <param name="New">As text; null where there is none.</param>
/// <param name="Effect">What it does to running containers.</param>
public sealed record FieldChange(string Path, string? Old, string? New, ChangeEffect Effect);
