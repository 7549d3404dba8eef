using System.Collections.Immutable;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>An event with its equal neighbours.</summary>
/// <param name="Newest">The newest of them.</param>
/// <param name="Count">How many there are.</param>
public sealed record FoldedEvent(EventView Newest, int Count)
{
    /// <summary>Folds neighbours that say the same of the same instance, or of the same app and host; newest first.</summary>
    public static ImmutableArray<FoldedEvent> Of(IEnumerable<EventView> newestFirst)
    {
        var folded = ImmutableArray.CreateBuilder<FoldedEvent>();
        foreach (var e in newestFirst)
        {
            if (folded is [.., var last] && (last.Newest with { Id = e.Id, At = e.At }) == e)
            {
                folded[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                folded.Add(new FoldedEvent(e, 1));
            }
        }
        return folded.ToImmutable();
    }
}
