using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace Portal.Components.Live;

/// <summary>The state of a page that lives in its address: filters, sort, tab, scope.</summary>
internal sealed class PageQuery(NavigationManager navigation)
{
    private string? _uri;
    private ImmutableSortedDictionary<string, string> _values = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>One value; null where the address has none.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>A value that is a comma-separated set.</summary>
    public ImmutableSortedSet<string> Set(string name) =>
        this[name] is { } text ? [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)] : [];

    /// <summary>The address with one value changed; null or empty removes it.</summary>
    public string With(string name, string? value) => With((name, value));

    /// <summary>The address with several values changed.</summary>
    public string With(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var values = Values.ToBuilder();
        foreach (var (name, value) in changes)
        {
            if (string.IsNullOrEmpty(value))
            {
                values.Remove(name);
            }
            else
            {
                values[name] = value;
            }
        }

        var path = new Uri(navigation.Uri).AbsolutePath;
        return QueryHelpers.AddQueryString(path, values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value)));
    }

    /// <summary>Goes there, in place of the present entry of the browser's history.</summary>
    public void Change(string name, string? value)
    {
        if ((this[name] ?? "") != (value ?? ""))
        {
            navigation.NavigateTo(With(name, value), replace: true);
        }
    }

    /// <summary>Goes there with a set; an empty one is removed.</summary>
    public void Change(string name, IEnumerable<string> values) => Change(name, string.Join(',', values));

    private ImmutableSortedDictionary<string, string> Values
    {
        get
        {
            if (_uri != navigation.Uri)
            {
                _uri = navigation.Uri;
                _values = QueryHelpers.ParseQuery(new Uri(_uri).Query)
                    .ToImmutableSortedDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
            }

            return _values;
        }
    }
}
