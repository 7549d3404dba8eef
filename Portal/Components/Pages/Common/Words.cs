using System.Globalization;

namespace Portal.Components.Pages.Common;

/// <summary>Numbers with their units, and times as people say them.</summary>
public static class Words
{
    /// <summary>Bytes in powers of 1024, as <c>256 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var value = (double)bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }

    /// <summary>Cores, as <c>1.5 CPUs</c>.</summary>
    public static string Cpus(double cpus) =>
        string.Create(CultureInfo.InvariantCulture, $"{cpus:0.##} {(cpus == 1 ? "CPU" : "CPUs")}");

    /// <summary>A length of time, to its largest unit, as <c>40 s</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} days",
    };

    /// <summary>How long ago, as <c>12 min ago</c>.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) => now - at < TimeSpan.FromSeconds(1) ? "just now" : $"{Span(now - at)} ago";

    /// <summary>A count with its noun, as <c>1 instance</c>, <c>3 instances</c>.</summary>
    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>The first that is not empty.</summary>
    public static string Or(string? text, string otherwise) => string.IsNullOrEmpty(text) ? otherwise : text;

    /// <summary>An ordinal, as <c>7th</c>.</summary>
    public static string Ordinal(long number) => (number % 100) is 11 or 12 or 13 ? $"{number}th" : (number % 10) switch
    {
        1 => $"{number}st",
        2 => $"{number}nd",
        3 => $"{number}rd",
        _ => $"{number}th",
    };
}
