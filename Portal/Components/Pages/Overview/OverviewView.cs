using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace Portal.Components.Pages.Overview;

/// <summary>The overview as it is shown, shared by all circuits that may see the same. Equal as long as it looks the same.</summary>
internal sealed record OverviewView
{
    public int AppCount { get; init; }
    public int HostCount { get; init; }
    public int InstanceCount { get; init; }
    public ImmutableArray<DrawnLine> MyApps { get; init; } = [];
    public ImmutableArray<DrawnLine> Hosts { get; init; } = [];
    public ImmutableArray<DrawnLine> Events { get; init; } = [];

    /// <summary>Whether nothing was ever set up.</summary>
    public bool IsEmpty => AppCount == 0 && HostCount == 0;

    public bool Equals(OverviewView? other) => other is not null && AppCount == other.AppCount && HostCount == other.HostCount && InstanceCount == other.InstanceCount
        && MyApps.SequenceEqual(other.MyApps) && Hosts.SequenceEqual(other.Hosts) && Events.SequenceEqual(other.Events);

    public override int GetHashCode() => HashCode.Combine(AppCount, HostCount, InstanceCount);
}

/// <summary>One line or tile, drawn.</summary>
/// <param name="Key">What it is of.</param>
/// <param name="Inside">What stands in it.</param>
/// <param name="Tone">Its colour, as <see cref="Controls.Look"/> names it.</param>
/// <param name="Href">Where it leads, where all of it does.</param>
internal sealed record DrawnLine(object Key, MarkupString Inside, string? Tone = null, string? Href = null);
