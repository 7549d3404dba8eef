using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>Automatic scaling in a few words.</summary>
public static class ScalingWord
{
    /// <summary>The bounds within which an app's number is set automatically; null where only people set it.</summary>
    public static (int Min, int Max)? BoundsOf(AppView app) => app is { Spec: { Kind: AppKind.Service, IsScaled: true, Scaling: { } scaling } } ? (scaling.Min, scaling.Max) : null;

    /// <summary>What that means for who sets the number by hand.</summary>
    public static string Explain((int Min, int Max) bounds) =>
        $"Set automatically, from {bounds.Min} to {bounds.Max}. A number that you set is brought between them, applies at once and holds until the next decision; at 0 automatic scaling rests.";
}
