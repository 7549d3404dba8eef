using System.Globalization;
using System.Text;

namespace Portal.Telemetry;

/// <summary>Writes the text format of Prometheus, version 0.0.4.</summary>
internal sealed class PrometheusWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    /// <summary>Begins a family; its lines follow.</summary>
    public void Family(string name, SeriesKind kind, string help)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch { SeriesKind.Counter => "counter", SeriesKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
    }

    /// <summary>A line of the present family.</summary>
    /// <param name="name">Its name, with the end of a histogram's lines.</param>
    /// <param name="labels">As <see cref="AppendLabel"/> makes them.</param>
    /// <param name="value">The value.</param>
    public void Line(string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>Labels of pairs.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var line = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            AppendLabel(line, name, value);
        }
        return line.ToString();
    }

    public static void AppendLabel(StringBuilder line, string name, string value)
    {
        if (line.Length > 0)
        {
            line.Append(',');
        }
        line.Append(name).Append("=\"");
        foreach (var c in value)
        {
            _ = c switch { '\\' => line.Append(@"\\"), '"' => line.Append("\\\""), '\n' => line.Append(@"\n"), _ => line.Append(c) };
        }
        line.Append('"');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
