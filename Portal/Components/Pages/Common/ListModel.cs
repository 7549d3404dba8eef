using System.Collections.Immutable;

namespace Portal.Components.Pages.Common;

/// <summary>A list of a page: every row it could show, those that its filter leaves, and an order that is held while the pointer is over it.</summary>
/// <param name="key">A row's identity.</param>
/// <param name="gone">How a row that is gone is shown until the order is released.</param>
public abstract class ListModel<TKey, TRow, TFilter>(Func<TRow, TKey> key, Func<TRow, TRow> gone)
    where TKey : notnull
    where TRow : class
    where TFilter : class, IEquatable<TFilter>, new()
{
    private readonly HeldOrder<TKey, TRow> _order = new(key);

    public TFilter Filter { get; private set; } = new();

    /// <summary>What is shown.</summary>
    public ImmutableArray<TRow> Rows { get; private set; } = [];

    public ImmutableArray<FacetGroup> Facets { get; private set; } = [];

    /// <summary>Rows that the actor may see, before any filter.</summary>
    public int Total => All.Count;

    /// <summary>Every row by its key.</summary>
    protected Dictionary<TKey, TRow> All { get; private set; } = [];

    /// <summary>Shows other rows, or another order, at once.</summary>
    public void Apply(TFilter filter)
    {
        if (!filter.Equals(Filter))
        {
            Filter = filter;
            _order.Reset();
            Arrange();
        }
    }

    /// <summary>Holds the order while the pointer is over the list, and lets it go after.</summary>
    public void Hold(bool held)
    {
        _order.Held = held;
        if (!held)
        {
            Arrange();
        }
    }

    /// <summary>Takes all rows anew.</summary>
    protected void Take(Dictionary<TKey, TRow> all)
    {
        All = all;
        Arrange();
    }

    /// <summary>Of all rows those that the filter leaves, in its order, and the facets' counts.</summary>
    protected abstract (ImmutableArray<TRow> Wanted, ImmutableArray<FacetGroup> Facets) Choose();

    private void Arrange()
    {
        (var wanted, Facets) = Choose();
        Rows = _order.Arrange(wanted, All.GetValueOrDefault, gone);
    }
}
