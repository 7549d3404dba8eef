using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Portal.Core.Domain.Bodies;

/// <summary>The kinds of values.</summary>
public sealed partial class BodyReader
{
    private const string IsRequired = "is required";

    /// <summary>Text that must be there and not be empty; empty where it has a fault.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="maxLength">The most characters.</param>
    public string RequireText(string name, int maxLength = 4096) => Require(name) ? Text(name, maxLength) ?? "" : "";

    /// <summary>Text; not empty.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="maxLength">The most characters.</param>
    /// <param name="allowEmpty">Whether it may be empty.</param>
    public string? Text(string name, int maxLength = 4096, bool allowEmpty = false) =>
        Take(name) is { } node ? TextOf(node, _path.Field(name), maxLength, allowEmpty) : null;

    /// <summary>Text that follows a rule.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="check">What is wrong with it, as <c>must be …</c>; null where nothing is. <see cref="NameRules"/> has some.</param>
    /// <param name="required">Whether it must be there.</param>
    public string? Text(string name, Func<string, string?> check, bool required = false)
    {
        if ((required && !Require(name)) || Text(name, allowEmpty: true) is not { } text)
        {
            return null;
        }
        if (check(text) is { } message)
        {
            Fault(name, message);
            return null;
        }
        return text;
    }

    /// <summary>A whole number in a range.</summary>
    public int? Whole(string name, int min = int.MinValue, int max = int.MaxValue)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if (node.Kind != NodeKind.Number)
        {
            Fault(name, $"must be a whole number, not {node.Words}");
            return null;
        }
        if (NumberText.TryWhole(node.Literal, out var value) && value >= min && value <= max)
        {
            return (int)value;
        }
        Fault(name, (min, max) switch
        {
            (int.MinValue, int.MaxValue) => "must be a whole number",
            (_, int.MaxValue) => $"must be a whole number, at least {min}",
            _ => $"must be a whole number from {min} to {max}",
        });
        return null;
    }

    /// <summary>A whole number in a range that must be there; <paramref name="min"/> where it has a fault.</summary>
    public int RequireWhole(string name, int min, int max) => Require(name) ? Whole(name, min, max) ?? min : min;

    /// <summary>A number in a range, fractions allowed.</summary>
    public double? Number(string name, double min, double max)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if (node.Kind != NodeKind.Number)
        {
            Fault(name, $"must be a number, not {node.Words}");
            return null;
        }
        if (NumberText.TryFinite(node.Literal, out var value) && value >= min && value <= max)
        {
            // Minus zero becomes zero.
            return value + 0.0;
        }
        Fault(name, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"));
        return null;
    }

    /// <summary>True or false.</summary>
    public bool RequireBoolean(string name) => Require(name) && Boolean(name) == true;

    /// <summary>A truth value.</summary>
    public bool? Boolean(string name)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if (node.Kind == NodeKind.Boolean)
        {
            return node.Literal[0] is 't' or 'T';
        }
        Fault(name, $"must be true or false, not {node.Words}");
        return null;
    }

    /// <summary>One of an enum's members, written in camelCase.</summary>
    public T? Choice<T>(string name) where T : struct, Enum
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        foreach (var value in Enum.GetValues<T>())
        {
            if (node.AsText == WordOf(value))
            {
                return value;
            }
        }
        Fault(name, "must be " + Listed([.. Enum.GetValues<T>().Select(WordOf)]));
        return null;
    }

    /// <summary>One of some words.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> words)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if (node.AsText is { } text && words.Contains(text))
        {
            return text;
        }
        Fault(name, "must be " + Listed(words));
        return null;
    }

    /// <summary>A duration such as <c>10s</c>.</summary>
    public TimeSpan? Duration(string name, TimeSpan min, TimeSpan max)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if (node.AsText is not { } text || !DurationText.TryParse(text, out var duration))
        {
            Fault(name, DurationText.Rule);
            return null;
        }
        if (duration >= min && duration <= max)
        {
            return duration;
        }
        Fault(name, $"must be from {DurationText.Format(min)} to {DurationText.Format(max)}");
        return null;
    }

    /// <summary>Bytes of memory, as <c>64M</c> or a whole number.</summary>
    public long? Memory(string name)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }
        if ((node.AsText is { } text && MemoryText.TryParse(text, out var bytes))
            || (node.Kind == NodeKind.Number && NumberText.TryWhole(node.Literal, out bytes) && bytes is >= 0 and <= MemoryText.Largest))
        {
            return bytes;
        }
        Fault(name, MemoryText.Rule);
        return null;
    }

    /// <summary>A list of text; null where it is absent or has a fault.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="maxItems">The most entries.</param>
    /// <param name="maxLength">The most characters of one.</param>
    /// <param name="allowEmpty">Whether an entry may be empty.</param>
    public ImmutableArray<string>? TextList(string name, int maxItems = 100, int maxLength = 4096, bool allowEmpty = false)
    {
        if (Take(name) is not { Kind: NodeKind.List })
        {
            // Tells what it is instead.
            _ = Items(name, maxItems);
            return null;
        }
        var items = Items(name, maxItems).Select(i => TextOf(i.Item, i.Path, maxLength, allowEmpty)).ToList();
        return items.Contains(null) ? null : [.. items.OfType<string>()];
    }

    /// <summary>Text by name; empty where it is absent.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="checkKey">What is wrong with a key, as <c>must be …</c>; null where nothing is.</param>
    /// <param name="maxLength">The most characters of a value.</param>
    public ImmutableSortedDictionary<string, string> TextMap(string name, Func<string, string?>? checkKey = null, int maxLength = 4096)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value, path) in Entries(name))
        {
            if (checkKey?.Invoke(key) is { } message)
            {
                Faults.Add(path.ToString(), "has a name that " + message);
            }
            else if (TextOf(value, path, maxLength, allowEmpty: true) is { } text)
            {
                map[key] = text;
            }
        }
        return map.ToImmutable();
    }

    /// <summary>Tells whether a field that must be there is, in an object that is.</summary>
    internal bool Require(string name)
    {
        if (IsPresent && !Has(name))
        {
            _asked.Add(name);
            Fault(name, IsRequired);
            return false;
        }
        return IsPresent;
    }

    /// <summary>What a map in a field holds.</summary>
    internal IEnumerable<(string Key, Node Value, BodyPath Path)> Entries(string name)
    {
        if (Take(name) is not { } node)
        {
            return [];
        }
        if (node.Kind != NodeKind.Map)
        {
            Fault(name, $"must be an object, not {node.Words}");
            return [];
        }
        var path = _path.Field(name);
        return node.Entries.Select(e => (e.Key, e.Value, path.Field(e.Key)));
    }

    /// <summary>A value as text, or a fault.</summary>
    internal string? TextOf(Node node, BodyPath path, int maxLength, bool allowEmpty)
    {
        var text = node.AsText;
        var message = text is null ? $"must be text, not {node.Words}"
            : text.Length == 0 && !allowEmpty ? "must not be empty"
            : text.Length > maxLength ? $"must be at most {maxLength} characters long"
            : null;
        if (message is null || node.Kind == NodeKind.Unreadable)
        {
            return text;
        }
        Faults.Add(path.ToString(), message);
        return null;
    }

    /// <summary>An enum's member as the API writes it.</summary>
    internal static string WordOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Listed(ReadOnlySpan<string> words) =>
        words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1].ToArray())} or {words[^1]}";
}
