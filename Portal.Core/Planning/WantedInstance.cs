using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>The host that is planned for.</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Id">The host.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">What published ports are bound to, unless they are public.</param>
public sealed record HostScope(Guid Cluster, HostId Id, string Name, string Address);

/// <summary>The trace of what was decided of an instance.</summary>
/// <param name="Context">The decision's span, as a W3C <c>traceparent</c>.</param>
/// <param name="Since">When it was decided.</param>
public sealed record InstanceTrace(string Context, DateTimeOffset Since);

/// <summary>An assignment with all that its container needs.</summary>
public sealed record WantedInstance
{
    /// <summary>The instance.</summary>
    public required InstanceId Id { get; init; }
    /// <summary>Its app.</summary>
    public AppId App { get; init; }
    /// <summary>The app's team.</summary>
    public TeamId Team { get; init; }
    /// <summary>The team's name.</summary>
    public required string TeamName { get; init; }
    /// <summary>The app's name.</summary>
    public required string AppName { get; init; }
    /// <summary>Its slot.</summary>
    public int Slot { get; init; }
    /// <summary>Its epoch.</summary>
    public long Epoch { get; init; }
    /// <summary>Its revision.</summary>
    public int Revision { get; init; }
    /// <summary>What is wanted of it.</summary>
    public DesiredState Desired { get; init; }
    /// <summary>Why it is to stop; null while it shall run.</summary>
    public string? StopReason { get; init; }
    /// <summary>The sealed spec.</summary>
    public required AppSpec Spec { get; init; }
    /// <summary>Hash of what the container does by it.</summary>
    public required string SpecHash { get; init; }
    /// <summary>Whether its image's tag is to be looked up anew, though an image of that tag is there.</summary>
    public bool ResolvesAnew { get; init; }
    /// <summary>The image's digest, where it was resolved.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>The run of a job that it is for; null for none.</summary>
    public int? Run { get; init; }
    /// <summary>Whether its container, once ended, is let be where it is, so that its logs can be read.</summary>
    public bool Kept { get; init; }

    /// <summary>The trace of the decision to start it, or to stop it; null where that is not traced.</summary>
    public InstanceTrace? Trace { get; init; }

    /// <summary>As people call it: <c>web.3</c>.</summary>
    public string Title => $"{AppName}.{Slot}";

    /// <summary>As people call one of its containers: <c>web.3</c>, <c>sidecar log of web.3</c>.</summary>
    public string TitleOf(InstancePart part) => part.Kind == PartKind.Main ? Title : $"{PartWords.Of(part.Kind, part.Name)} of {Title}";
}
