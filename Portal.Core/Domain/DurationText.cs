using System.Globalization;

namespace Portal.Core.Domain;

/// <summary>Durations as the API writes them: a whole number and one unit, <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>.</summary>
public static class DurationText
{
    /// <summary>Says in words what a duration is.</summary>
    public const string Rule = "must be a duration such as \"500ms\", \"10s\", \"5m\" or \"1h\"";

    /// <summary>Longest duration that can be read.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Reads a duration. Units cannot be joined (write <c>90s</c>, not <c>1m30s</c>), and fractions are not allowed.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }
        long? unit = text[digits..] switch { "ms" => 1, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, _ => null };
        if (unit is null || digits is 0 or > 15 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > Longest.TotalMilliseconds / unit.Value)
        {
            return false;
        }
        duration = TimeSpan.FromMilliseconds(count * unit.Value);
        return true;
    }

    /// <summary>The shortest text that reads back as the same; exact to the millisecond.</summary>
    public static string Format(TimeSpan duration)
    {
        var ms = (long)duration.TotalMilliseconds;
        var (count, unit) = ms switch
        {
            0 => (0, "s"),
            _ when ms % 3_600_000 == 0 => (ms / 3_600_000, "h"),
            _ when ms % 60_000 == 0 => (ms / 60_000, "m"),
            _ when ms % 1_000 == 0 => (ms / 1_000, "s"),
            _ => (ms, "ms"),
        };
        return count.ToString(CultureInfo.InvariantCulture) + unit;
    }
}
