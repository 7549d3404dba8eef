using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Parts of the engine's URLs. What is not shaped like a name or reference is refused here, never sent.</summary>
internal static class EnginePaths
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    private static readonly SearchValues<char> ReferenceCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/:@");

    /// <summary>A container's, network's or volume's id or name, safe in a path.</summary>
    public static string Name(string name) =>
        name.Length is > 0 and <= 255 && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? name
            : throw new EngineException(EngineError.Invalid, $"'{Short(name)}' is not a name or id that an engine knows.");

    /// <summary>An image's reference or id, safe in a path.</summary>
    public static string Reference(string reference) =>
        reference.Length is > 0 and <= 512 && char.IsAsciiLetterOrDigit(reference[0]) && !reference.AsSpan().ContainsAnyExcept(ReferenceCharacters)
            && !reference.Contains("..", StringComparison.Ordinal) && !reference.Contains("//", StringComparison.Ordinal) && !reference.EndsWith('/')
            ? reference
            : throw new EngineException(EngineError.Invalid, $"'{Short(reference)}' is not an image reference.");

    /// <summary>A reference as repository and tag or digest; without either it is the tag <c>latest</c>, as everywhere.</summary>
    public static (string Repository, string Tag) Split(string reference)
    {
        reference = Reference(reference);
        var at = reference.IndexOf('@');
        var named = at < 0 ? reference : reference[..at];
        var colon = named.LastIndexOf(':');
        var tagged = colon > named.LastIndexOf('/');
        var repository = tagged ? named[..colon] : named;
        return (repository, at >= 0 ? reference[(at + 1)..] : tagged ? named[(colon + 1)..] : "latest");
    }

    /// <summary>The filters parameter, with <c>?</c> or <c>&amp;</c> before it; empty without a value.</summary>
    public static string Filter(char before, string key, string? value) => value is null ? "" :
        $"{before}filters={Uri.EscapeDataString(JsonSerializer.Serialize(new Dictionary<string, ImmutableArray<string>> { [key] = [value] }, EngineJson.Default.Filters))}";

    /// <summary>An instant as the engine takes it: seconds with nine decimals.</summary>
    public static string Instant(DateTimeOffset at)
    {
        var ticks = Math.Max(0, (at - DateTimeOffset.UnixEpoch).Ticks);
        return string.Create(CultureInfo.InvariantCulture,
            $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:000000000}");
    }

    /// <summary>Whole seconds, rounded up: a grace period is never cut short.</summary>
    public static int Seconds(TimeSpan span) => (int)Math.Clamp(Math.Ceiling(span.TotalSeconds), 0, int.MaxValue);

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
