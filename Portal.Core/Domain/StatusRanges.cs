using System.Collections.Immutable;
using System.Globalization;

namespace Portal.Core.Domain;

/// <summary>Statuses of HTTP answers, such as <c>200-299,401</c>. Always in normal form: ascending, none overlapping or touching another.</summary>
public sealed record StatusRanges
{
    /// <summary>What a text has to be.</summary>
    public const string Rule = "must be statuses from 100 to 599, such as 200, \"200-399\" or \"200-299,401\"";

    private const int Lowest = 100;
    private const int Highest = 599;
    private const int MostParts = 50;
    private readonly ImmutableArray<(int First, int Last)> _ranges;
    private readonly string _text;

    private StatusRanges(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var range in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }
        _ranges = [.. merged];
        _text = string.Join(',', merged.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));
    }

    /// <summary>Success and redirection: 200-399.</summary>
    public static StatusRanges Default { get; } = new([(200, 399)]);

    /// <summary>Reads such a text; blanks around numbers are let pass.</summary>
    public static bool TryParse(string text, out StatusRanges ranges)
    {
        ranges = Default;
        var parts = text.Split(',');
        if (parts.Length > MostParts)
        {
            return false;
        }
        var read = new List<(int, int)>();
        foreach (var part in parts)
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryStatus(ends[0], out var first) || !TryStatus(ends[^1], out var last) || first > last)
            {
                return false;
            }
            read.Add((first, last));
        }
        ranges = new StatusRanges(read);
        return true;
    }

    /// <summary>Whether a status is one of them.</summary>
    public bool Contains(int status)
    {
        foreach (var (first, last) in _ranges)
        {
            if (status >= first && status <= last)
            {
                return true;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(StatusRanges? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    /// <summary>As it is written in a spec.</summary>
    public override string ToString() => _text;

    private static bool TryStatus(string text, out int status) =>
        int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= Lowest and <= Highest;
}
