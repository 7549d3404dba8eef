using System.Globalization;

namespace Portal.Core.Domain;

/// <summary>Amounts of memory as the API writes them: <c>512K</c>, <c>64M</c>, <c>1G</c>, <c>2T</c> in powers of 1024, or plain bytes.</summary>
public static class MemoryText
{
    private const string Units = "KMGT";

    /// <summary>Says in words what an amount of memory is.</summary>
    public const string Rule = "must be an amount of memory such as \"64M\" or \"1G\", or a whole number of bytes";

    /// <summary>The largest amount that can be read: 1024 T.</summary>
    public const long Largest = 1L << 50;

    /// <summary>Reads an amount. Lower-case units do as well, as in Docker; fractions and units such as <c>MB</c> do not.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length == 0)
        {
            return false;
        }
        var unit = Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var digits = unit < 0 ? text : text[..^1];
        var shift = 10 * (unit + 1);
        if (digits.Length > 18 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Largest >> shift)
        {
            return false;
        }
        bytes = count << shift;
        return true;
    }

    /// <summary>The shortest text that reads back as the same.</summary>
    public static string Format(long bytes)
    {
        var unit = -1;
        while (bytes != 0 && bytes % 1024 == 0 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }
        return bytes.ToString(CultureInfo.InvariantCulture) + (unit < 0 ? "" : Units[unit]);
    }
}
