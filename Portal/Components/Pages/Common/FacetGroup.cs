using System.Collections.Immutable;

namespace Portal.Components.Pages.Common;

/// <summary>One facet of a list: a property, its values and how many rows each would leave.</summary>
/// <param name="Key">Its name in the URL.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Values">Its values; a selected one is there even with no row left.</param>
public sealed record FacetGroup(string Key, string Title, ImmutableArray<FacetValue> Values)
{
    /// <summary>Counts the rows that every other facet leaves, by this one's values.</summary>
    public static FacetGroup Count<TRow>(string key, string title, IEnumerable<TRow> rows, Func<TRow, IEnumerable<string>> valuesOf, IReadOnlyCollection<string> selected)
    {
        var counts = selected.ToDictionary(v => v, _ => 0, StringComparer.Ordinal);
        foreach (var value in rows.SelectMany(valuesOf))
        {
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }
        return new FacetGroup(key, title,
            [.. counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new FacetValue(c.Key, c.Value, selected.Contains(c.Key)))]);
    }
}

/// <summary>A value of a facet.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">How many rows have it.</param>
/// <param name="Selected">Whether the list is narrowed to it.</param>
public sealed record FacetValue(string Value, int Count, bool Selected);
