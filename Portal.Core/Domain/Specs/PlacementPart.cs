using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Where instances may and should go.</summary>
internal static class PlacementPart
{
    public static PlacementSpec Read(BodyReader placement)
    {
        var constraints = placement.TextList("constraints") ?? [];
        foreach (var (index, text) in constraints.Index())
        {
            if (!Constraint.TryParse(text, out _, out var message))
            {
                placement.Fault($"constraints[{index}]", message);
            }
        }
        var spreadBy = placement.TextList("spreadBy", maxItems: 10) ?? [];
        foreach (var (index, text) in spreadBy.Index())
        {
            if (!SpreadPath.TryParse(text, out _, out var message))
            {
                placement.Fault($"spreadBy[{index}]", message);
            }
            else if (spreadBy.IndexOf(text) < index)
            {
                placement.Fault($"spreadBy[{index}]", $"repeats {text}");
            }
        }
        return new PlacementSpec
        {
            Strategy = placement.Choice<PlacementStrategy>("strategy") ?? PlacementStrategy.Spread,
            Constraints = constraints,
            SpreadBy = spreadBy,
            MaxPerHost = placement.Whole("maxPerHost", 1, SpecReader.MaxReplicas),
        };
    }
}
