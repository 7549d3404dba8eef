using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Portal.Components.Controls;

/// <summary>Places the points of a sparkline in a box of 60 by 16.</summary>
internal static class SparkPoints
{
    public const int Width = 60;
    public const int Height = 16;
    private const int MostPoints = 24;

    public static string Of(ImmutableArray<double> values, double? ceiling = null)
    {
        if (values.Length < 2)
        {
            return "";
        }
        var shown = Thin(values);
        var top = Math.Max(ceiling ?? 0, shown.Max());
        var points = new StringBuilder();
        for (var i = 0; i < shown.Length; i++)
        {
            var x = (int)Math.Round((double)i * Width / (shown.Length - 1));
            var y = top <= 0 ? Height - 1 : Height - 1 - (Height - 2) * Math.Max(0, shown[i]) / top;
            points.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? " " : "")}{x},{y:0.#}");
        }
        return points.ToString();
    }

    /// <summary>At most so many, each the mean of its neighbours.</summary>
    private static ImmutableArray<double> Thin(ImmutableArray<double> values)
    {
        if (values.Length <= MostPoints)
        {
            return values;
        }
        return [.. Enumerable.Range(0, MostPoints).Select(i =>
        {
            var (from, to) = (i * values.Length / MostPoints, (i + 1) * values.Length / MostPoints);
            return values.AsSpan(from, to - from).ToArray().Average();
        })];
    }
}
