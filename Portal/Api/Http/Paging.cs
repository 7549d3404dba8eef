using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Portal.Api.Contracts;

namespace Portal.Api.Http;

/// <summary>Which page of a list is wanted.</summary>
/// <param name="Limit">At most so many.</param>
/// <param name="After">The key of the last item of the page before; null for the first.</param>
internal readonly record struct PageRequest(int Limit, string? After);

/// <summary>Cuts pages out of lists by the key that orders them, so that a page stays right while items come and go.</summary>
internal static class Paging
{
    public const int MaxLimit = 1000;
    private const string BadCursor = "must be the next of a page before, unchanged";

    public static PageRequest Page(this QueryReader query)
    {
        var limit = query.Integer("limit") ?? MaxLimit;
        var after = query.Text("after");
        string? key = null;
        if (after is not null && (key = Decode(after)) is null)
        {
            query.Fault("after", BadCursor);
        }
        return new PageRequest(limit, key);
    }

    /// <summary>A page of a whole list.</summary>
    /// <param name="items">All items, in any order.</param>
    /// <param name="page">Which page.</param>
    /// <param name="key">The text that orders them, ordinally; unique.</param>
    /// <param name="shape">What is shown of one.</param>
    public static Page<TBody> Of<T, TBody>(IEnumerable<T> items, PageRequest page, Func<T, string> key, Func<T, TBody> shape)
    {
        var rest = items.Select(item => (Key: key(item), Item: item))
            .Where(entry => page.After is null || string.CompareOrdinal(entry.Key, page.After) > 0)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal).Take(page.Limit + 1).ToList();
        var more = rest.Count > page.Limit;
        return new Page<TBody>([.. rest.Take(page.Limit).Select(entry => shape(entry.Item))], more ? Encode(rest[page.Limit - 1].Key) : null);
    }

    /// <summary>A page that the store has already cut, newest first by number.</summary>
    /// <param name="items">One more than the limit where there is more.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="id">The number that orders them.</param>
    /// <param name="shape">What is shown of one.</param>
    public static Page<TBody> OfCut<T, TBody>(ImmutableArray<T> items, int limit, Func<T, long> id, Func<T, TBody> shape) =>
        new([.. items.Take(limit).Select(shape)], items.Length > limit ? Encode(id(items[limit - 1]).ToString()) : null);

    /// <summary>The number that a cursor of <see cref="OfCut"/> holds; a fault if it holds none.</summary>
    public static long? Number(this PageRequest page, QueryReader query)
    {
        if (page.After is null || long.TryParse(page.After, out var number))
        {
            return page.After is null ? null : long.Parse(page.After);
        }
        query.Fault("after", BadCursor);
        return null;
    }

    private static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static string? Decode(string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }
        try
        {
            var key = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
            return key.Any(char.IsControl) ? null : key;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
