namespace Portal.Core.State.Telemetry;

/// <summary>Names of what spans say. Those without <c>portal.</c> are OpenTelemetry's own. No span carries a value of a spec, an address of a person, or a secret.</summary>
public static class TraceTags
{
    /// <summary>A stable word for what went wrong.</summary>
    public const string Error = "error.type";
    /// <summary>The host's name.</summary>
    public const string Host = "host.name";
    /// <summary>The container's id.</summary>
    public const string ContainerId = "container.id";
    /// <summary>The container's name.</summary>
    public const string ContainerName = "container.name";
    /// <summary>The image's reference.</summary>
    public const string Image = "container.image.name";
    /// <summary>The team's name.</summary>
    public const string Team = "portal.team";
    /// <summary>The app's name.</summary>
    public const string App = "portal.app";
    /// <summary>The app's generation.</summary>
    public const string Generation = "portal.generation";
    /// <summary>The revision.</summary>
    public const string Revision = "portal.revision";
    /// <summary>The instance's id.</summary>
    public const string Instance = "portal.instance";
    /// <summary>The instance's slot.</summary>
    public const string Slot = "portal.slot";
    /// <summary>The instance's epoch.</summary>
    public const string Epoch = "portal.epoch";
    /// <summary>Why, in words.</summary>
    public const string Reason = "portal.reason";
    /// <summary>Who, where it was no person: <c>autoscaler</c>.</summary>
    public const string Actor = "portal.actor";
}
