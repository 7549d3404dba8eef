namespace Portal.Telemetry;

/// <summary>Names as Prometheus wants them: snake_case, the base unit behind, <c>_total</c> for counters only.</summary>
internal static class PrometheusNames
{
    public static string Of(string name, string? unit, SeriesKind kind)
    {
        var plain = Label(name);
        var word = unit switch { "s" => "seconds", "By" => "bytes", "1" when kind == SeriesKind.Gauge => "ratio", _ => null };
        if (word is not null && !plain.EndsWith("_" + word, StringComparison.Ordinal))
        {
            plain += "_" + word;
        }
        if (kind == SeriesKind.Counter)
        {
            return plain.EndsWith("_total", StringComparison.Ordinal) ? plain : plain + "_total";
        }
        // These ends have a meaning of their own.
        return kind == SeriesKind.Gauge && plain.EndsWith("_count", StringComparison.Ordinal) ? plain[..^"_count".Length] : plain;
    }

    /// <summary>Letters, digits and underscores.</summary>
    public static string Label(string name) =>
        string.Concat((name.Length > 0 && char.IsAsciiDigit(name[0]) ? "_" + name : name).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
