using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>Automatic scaling in a few words.</summary>
public static class ScalingWord
{
    /// <summary>The bounds within which an app's number is set automatically; null where only people set it.</summary>
    public static (int Min, int Max)? BoundsOf(AppView app) => app is { Spec: { Kind: AppKind.Service, IsScaled: true, Scaling: { } scaling } } ? (scaling.Min, scaling.Max) : null;
}
