using System.Collections.Immutable;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>Events that were read, with those that came since.</summary>
public static class EventMerge
{
    public static ImmutableArray<EventView> Of(ImmutableArray<EventView> read, IEnumerable<EventView> live)
    {
        // Live ones older than what was read belong to a page that was not asked for yet.
        var oldest = read.IsEmpty ? long.MinValue : read[^1].Id;
        return [.. read.Concat(live.Where(e => e.Id > oldest)).DistinctBy(e => e.Id).OrderByDescending(e => e.Id)];
    }
}
