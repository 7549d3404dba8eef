namespace Portal.Core.Domain;

/// <summary>The order that takes effect.</summary>
/// <param name="Order">Which comes first in a replacement.</param>
/// <param name="Because">Why it is <see cref="UpdateOrder.StopFirst"/>, to follow "because"; null with <see cref="UpdateOrder.StartFirst"/>.</param>
public sealed record EffectiveOrder(UpdateOrder Order, string? Because);

/// <summary>
/// <c>maxSurge</c> and <c>maxUnavailable</c> as they take effect. <c>stopFirst</c> means surge 0 and at least 1 unavailable; a fixed host
/// port or a writable volume forces it. Shares of replicas round up for surge and down for unavailable; one of the two is always at least 1.
/// </summary>
/// <param name="Surge">How many above the wanted number may exist meanwhile.</param>
/// <param name="Unavailable">How many of the wanted number may be missing meanwhile.</param>
public readonly record struct Bounds(int Surge, int Unavailable)
{
    /// <summary>The bounds of a spec at so many replicas (of a global app: fitting hosts).</summary>
    public static Bounds Of(AppSpec spec, int replicas)
    {
        var unavailable = spec.Update.MaxUnavailable.Of(replicas, roundUp: false);
        if (!HostPorts.FixedOf(spec).IsEmpty)
        {
            // One host at a time, whatever the spec allows.
            return new Bounds(0, 1);
        }
        if (OrderOf(spec).Order == UpdateOrder.StopFirst)
        {
            return new Bounds(0, Math.Max(1, unavailable));
        }
        var surge = spec.Update.MaxSurge.Of(replicas, roundUp: true);
        return new Bounds(surge, surge == 0 ? Math.Max(1, unavailable) : unavailable);
    }

    /// <summary>How many may be down by choice at once, when hosts leave or instances are moved. Shares round down, as those of updates.</summary>
    public static int BudgetOf(AppSpec spec, int replicas) => spec.Disruption?.Of(replicas, roundUp: false) ?? Of(spec, replicas).Unavailable;

    /// <summary>Where a spec's ports or volumes and not its update policy make it stop first: that, in a sentence; null elsewhere.</summary>
    public static string? WhyForced(AppSpec spec, int replicas)
    {
        if (OrderOf(spec with { Update = spec.Update with { Order = UpdateOrder.StartFirst } }) is not { Order: UpdateOrder.StopFirst, Because: { } because })
        {
            return null;
        }
        var unavailable = Of(spec, replicas).Unavailable;
        var pace = !HostPorts.FixedOf(spec).IsEmpty ? "one host at a time" : unavailable == 1 ? "one at a time" : $"{unavailable} at a time";
        return $"Order is stopFirst, {pace}, because {because}.";
    }

    /// <summary>What both allow.</summary>
    public static Bounds Stricter(Bounds a, Bounds b)
    {
        var (surge, unavailable) = (Math.Min(a.Surge, b.Surge), Math.Min(a.Unavailable, b.Unavailable));
        return new Bounds(surge, surge == 0 ? Math.Max(1, unavailable) : unavailable);
    }

    /// <summary>Which comes first, and why.</summary>
    public static EffectiveOrder OrderOf(AppSpec spec)
    {
        if (HostPorts.FixedOf(spec) is [var port, ..])
        {
            return new EffectiveOrder(UpdateOrder.StopFirst, $"its host port {port.Port} can be used by one container at a time");
        }
        if (spec.WritableVolumes.FirstOrDefault() is { } volume)
        {
            return new EffectiveOrder(UpdateOrder.StopFirst, $"its volume {volume.Name} can be written by one container at a time");
        }
        return spec.Update.Order == UpdateOrder.StopFirst
            ? new EffectiveOrder(UpdateOrder.StopFirst, "its update order is stopFirst")
            : new EffectiveOrder(UpdateOrder.StartFirst, null);
    }
}
