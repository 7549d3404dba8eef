using System.Globalization;

namespace Portal.Core.Domain.Cron;

/// <summary>One field of a cron expression: which values it holds.</summary>
/// <param name="Bits">A bit for each value.</param>
/// <param name="IsAny">Whether it began with an asterisk, which is how cron tells a field that bounds nothing.</param>
internal readonly record struct CronField(ulong Bits, bool IsAny)
{
    public bool Has(int value) => (Bits >> value & 1) != 0;

    /// <summary>Reads a field: values, ranges and steps, parted by commas.</summary>
    /// <param name="text">As <c>*/15</c> or <c>mon-fri</c>.</param>
    /// <param name="name">What it is called in a fault.</param>
    /// <param name="min">The least value.</param>
    /// <param name="max">The greatest value.</param>
    /// <param name="names">Names of the values from the least on; empty for none.</param>
    /// <param name="message">What is wrong; empty where nothing is.</param>
    public static CronField? Read(string text, string name, int min, int max, string[] names, out string message)
    {
        var bits = 0UL;
        foreach (var part in text.Split(','))
        {
            if (ReadPart(part, min, max, names) is not { } some)
            {
                message = $"has a {name} that cannot be read: {part} (wanted: {min}-{max}, *, ranges such as {min}-{min + 2}, steps such as */2, lists)";
                return null;
            }
            bits |= some;
        }
        message = "";
        return new CronField(bits, text.StartsWith('*'));
    }

    private static ulong? ReadPart(string part, int min, int max, string[] names)
    {
        var (range, step) = (part, 1);
        if (part.IndexOf('/') is >= 0 and var slash)
        {
            range = part[..slash];
            if (!int.TryParse(part.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step is < 1 or > 100)
            {
                return null;
            }
        }
        int first, last;
        if (range == "*")
        {
            (first, last) = (min, max);
        }
        else
        {
            var ends = range.Split('-');
            if (ends.Length > 2 || ReadValue(ends[0], min, max, names) is not { } from)
            {
                return null;
            }
            // As everywhere: 10/15 goes on from 10 to the end.
            var to = ends.Length == 2 ? ReadValue(ends[1], min, max, names) : range.Length < part.Length ? max : from;
            if (to is null || to < from)
            {
                return null;
            }
            (first, last) = (from, to.Value);
        }
        var bits = 0UL;
        for (var value = first; value <= last; value += step)
        {
            bits |= 1UL << value;
        }
        return bits;
    }

    private static int? ReadValue(string text, int min, int max, string[] names)
    {
        var named = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? min + named
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null;
    }
}
