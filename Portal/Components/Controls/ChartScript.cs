using System.Text.Json;

namespace Portal.Components.Controls;

/// <summary>What chart.js is told: times are seconds since 1970.</summary>
internal static class ChartScript
{
    public static object Of(ChartData data) => new { series = data.Series.Select(Of), times = data.Times, values = data.Values, range = Of(data.Range) };

    public static object Of(ChartBatch batch) => new
    {
        series = batch.Added.Select(Of),
        times = batch.Times,
        values = batch.Values,
        range = batch.Range is null ? null : Of(batch.Range),
    };

    public static object Of(ChartSeries series) => new { key = series.Key, label = series.Label, shape = Word(series.Shape), secondAxis = series.SecondAxis, tone = series.Tone };

    public static object Of(ChartMark mark) => new { at = Seconds(mark.At), label = mark.Label, tone = mark.Tone };

    public static object Of(ChartRange range) => new { from = Seconds(range.From), to = Seconds(range.To) };

    public static object? Of(ChartTarget? target) => target is null ? null
        : new { value = target.Value, label = target.Label, minimum = target.Minimum, maximum = target.Maximum, step = target.Step, scale = target.SecondAxis ? "y2" : "y" };

    public static string Word<T>(T member) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());

    public static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    public static DateTimeOffset Moment(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));
}
