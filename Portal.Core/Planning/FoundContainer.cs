using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>A container that carries this cluster's label.</summary>
/// <param name="Details">As last inspected.</param>
/// <param name="Instance">The instance that its labels name; null if they name none.</param>
/// <param name="Team">The team's name.</param>
/// <param name="App">The app's name.</param>
/// <param name="Slot">The slot; 0 if its label is no number.</param>
/// <param name="SpecHash">Hash of what it does.</param>
/// <param name="Part">Its name in the instance.</param>
public sealed record FoundContainer(ContainerDetails Details, InstanceId? Instance, string Team, string App, int Slot, string SpecHash, string Part)
{
    /// <summary>Its id.</summary>
    public string Id => Details.Id;

    /// <summary>Reads the labels.</summary>
    public static FoundContainer Of(ContainerDetails details)
    {
        var labels = details.Labels;
        return new FoundContainer(
            details,
            Guid.TryParse(labels.GetValueOrDefault(LabelKeys.Instance), out var instance) ? new InstanceId(instance) : null,
            labels.GetValueOrDefault(LabelKeys.Team, ""),
            labels.GetValueOrDefault(LabelKeys.App, ""),
            int.TryParse(labels.GetValueOrDefault(LabelKeys.Slot), NumberStyles.None, CultureInfo.InvariantCulture, out var slot) ? slot : 0,
            labels.GetValueOrDefault(LabelKeys.Spec, ""),
            labels.GetValueOrDefault(LabelKeys.Container, InstanceParts.Main));
    }
}
