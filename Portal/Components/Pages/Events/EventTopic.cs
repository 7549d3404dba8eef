using System.Collections.Immutable;

namespace Portal.Components.Pages.Events;

/// <summary>What events are about, as people ask for it.</summary>
/// <param name="Key">Its word in the query string.</param>
/// <param name="Title">Its name.</param>
/// <param name="Kinds">Kinds of events; one that ends with <c>*</c> is the beginning of kinds.</param>
public sealed record EventTopic(string Key, string Title, ImmutableArray<string> Kinds)
{
    public static ImmutableArray<EventTopic> All { get; } =
    [
        new("apps", "Apps", ["App*", "Spec*", "Image*", "QuotaRefused"]),
        new("scaling", "Scaling", ["AppScaled", "Scal*", "Autoscal*"]),
        new("rollouts", "Rollouts", ["Rollout*", "AppDeployed", "AppRollback*"]),
        new("instances", "Instances", ["Instance*", "Container*", "EngineTrouble"]),
        new("hosts", "Hosts", ["Host*", "Rebalance*", "Certificate*", "VolumeRemoved", "ControllerChanged"]),
        new("services", "Services", ["Service*", "Endpoint*"]),
        new("jobs", "Jobs", ["Run*", "Job*"]),
        new("alerts", "Alerts", ["Alert*", "Silence*"]),
    ];

    public bool Has(string kind) => Kinds.Any(k => k.EndsWith('*') ? kind.StartsWith(k[..^1], StringComparison.Ordinal) : k == kind);
}
