using System.Collections.Immutable;

namespace Portal.Components.Pages.Common;

/// <summary>
/// Nothing jumps under the pointer: while a table is hovered its rows stay where they are. Known rows are renewed in place,
/// rows that would leave stay, new ones come last.
/// </summary>
public sealed class HeldOrder<TKey, TRow>(Func<TRow, TKey> key) where TKey : notnull
{
    private ImmutableArray<TRow> _shown = [];

    /// <summary>Whether the order is held, for the pointer is over the table.</summary>
    public bool Held { get; set; }

    /// <summary>What to show.</summary>
    /// <param name="wanted">The rows as they would stand.</param>
    /// <param name="renew">The newest form of a row, also of one that no longer fits the filter; null if it is gone.</param>
    /// <param name="gone">How a row that is gone is shown until the order is released.</param>
    public ImmutableArray<TRow> Arrange(ImmutableArray<TRow> wanted, Func<TKey, TRow?> renew, Func<TRow, TRow> gone)
    {
        if (!Held || _shown.IsEmpty)
        {
            return _shown = wanted;
        }
        var known = _shown.Select(key).ToHashSet();
        return _shown = [.. _shown.Select(row => renew(key(row)) ?? gone(row)), .. wanted.Where(row => !known.Contains(key(row)))];
    }

    /// <summary>Forgets what is shown, for the user asked for other rows.</summary>
    public void Reset() => _shown = [];
}
