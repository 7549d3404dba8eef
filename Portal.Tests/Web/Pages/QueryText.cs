using Microsoft.AspNetCore.WebUtilities;

namespace Portal.Tests.Web.Pages;

/// <summary>Query strings as a page reads and writes them.</summary>
internal static class QueryText
{
    public static Func<string, string?> Read(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return name => values.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    public static string Write((string Name, string? Value)[] values) =>
        QueryHelpers.AddQueryString("", values.Where(v => !string.IsNullOrEmpty(v.Value)).Select(v => KeyValuePair.Create(v.Name, v.Value)));
}
