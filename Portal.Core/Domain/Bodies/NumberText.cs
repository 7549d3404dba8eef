using System.Globalization;

namespace Portal.Core.Domain.Bodies;

/// <summary>Takes numbers as JSON and YAML write them.</summary>
internal static class NumberText
{
    public static bool TryWhole(string literal, out long value)
    {
        if (literal.StartsWith("0x", StringComparison.Ordinal))
        {
            return long.TryParse(literal.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
        }
        if (literal.StartsWith("0o", StringComparison.Ordinal))
        {
            value = 0;
            foreach (var digit in literal.AsSpan(2))
            {
                if (value > long.MaxValue >> 3)
                {
                    return false;
                }
                value = (value << 3) + (digit - '0');
            }
            return true;
        }
        return long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryFinite(string literal, out double value)
    {
        if (TryWhole(literal, out var whole))
        {
            value = whole;
            return true;
        }
        // 1e400 is read as infinite.
        return double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
