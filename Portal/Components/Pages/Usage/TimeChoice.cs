using System.Collections.Immutable;
using System.Globalization;
using Portal.Components.Controls;

namespace Portal.Components.Pages.Usage;

/// <summary>The range of time of a page, as its URL says it: a length up to now that moves on, or two moments.</summary>
public sealed record TimeChoice
{
    /// <summary>The lengths that have a button.</summary>
    public static readonly ImmutableArray<(string Word, TimeSpan Span, string Title)> Lengths =
    [
        ("15m", TimeSpan.FromMinutes(15), "15 min"), ("1h", TimeSpan.FromHours(1), "1 h"), ("6h", TimeSpan.FromHours(6), "6 h"),
        ("24h", TimeSpan.FromHours(24), "24 h"), ("7d", TimeSpan.FromDays(7), "7 d"),
    ];

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);
    private const string Written = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>How long, up to now; null where two moments are chosen.</summary>
    public TimeSpan? Length { get; init; } = Lengths[0].Span;

    /// <summary>The two moments; null for a length up to now.</summary>
    public ChartRange? Fixed { get; init; }

    public bool IsLive => Fixed is null;

    public static TimeChoice Of(DateTimeOffset from, DateTimeOffset to) => new() { Length = null, Fixed = Sound(from, to) };

    /// <summary>Reads <c>range</c>, or <c>from</c> and <c>to</c>; what is neither is the first length.</summary>
    public static TimeChoice Read(Func<string, string?> query)
    {
        if (Moment(query("from")) is { } from && Moment(query("to")) is { } to && from < to)
        {
            return Of(from, to);
        }
        return new TimeChoice { Length = Lengths.FirstOrDefault(l => l.Word == query("range"), Lengths[0]).Span };
    }

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("range", IsLive && Length != Lengths[0].Span ? Lengths.First(l => l.Span == Length).Word : null),
        ("from", Fixed is { } f ? Text(f.From) : null),
        ("to", Fixed is { } t ? Text(t.To) : null),
    ];

    /// <summary>What it spans now.</summary>
    public ChartRange At(DateTimeOffset now) => Fixed ?? new ChartRange(now - Length!.Value, now);

    /// <summary>Twice as long around the same middle, but not into the future.</summary>
    public TimeChoice Wider(DateTimeOffset now)
    {
        var range = At(now);
        var half = (range.To - range.From) / 2;
        var to = range.To + half > now ? now : range.To + half;
        return Of(to - 4 * half, to);
    }

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Written, CultureInfo.InvariantCulture);

    /// <summary>A moment, with a zone or in UTC; null where it is none.</summary>
    public static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static ChartRange Sound(DateTimeOffset from, DateTimeOffset to)
    {
        // Whole seconds, so that the address says exactly what is shown.
        var (first, last) = (DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds()), DateTimeOffset.FromUnixTimeSeconds(to.ToUnixTimeSeconds()));
        return new ChartRange(first, last - first < Least ? first + Least : last);
    }
}
