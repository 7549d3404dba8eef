using System.Collections.Immutable;

namespace Portal.Components.Pages.Common;

/// <summary>Reads and writes the values of a query string: lists are separated by commas, words are lower case.</summary>
public static class QueryWords
{
    /// <summary>A list of names.</summary>
    public static ImmutableSortedSet<string> Names(string? value) => ImmutableSortedSet.CreateRange(StringComparer.Ordinal, Parts(value));

    /// <summary>A list of an enum's members; others are ignored, for an address may be older than the page.</summary>
    public static ImmutableSortedSet<T> Members<T>(string? value) where T : struct, Enum =>
        [.. Parts(value).Select(Member<T>).OfType<T>()];

    /// <summary>One member of an enum; null for none or an unknown one.</summary>
    public static T? Member<T>(string? value) where T : struct, Enum =>
        value is { Length: > 0 } && char.IsLetter(value[0]) && Enum.TryParse<T>(value, true, out var member) ? member : null;

    public static string? Write<T>(IEnumerable<T> values) => string.Join(',', values) is { Length: > 0 } text ? text : null;

    public static string Write<T>(T member) where T : struct, Enum => member.ToString().ToLowerInvariant();

    private static string[] Parts(string? value) =>
        value?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>The set with a value added, or taken away where it is there.</summary>
    public static ImmutableSortedSet<T> Toggled<T>(ImmutableSortedSet<T> set, T value) =>
        set.Remove(value) is var less && less.Count < set.Count ? less : set.Add(value);
}
