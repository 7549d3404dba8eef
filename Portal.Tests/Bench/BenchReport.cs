using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Tests.Bench;

/// <summary>A goal and what came out. A goal missed carries its cause.</summary>
internal sealed record BenchGoal(string Goal, double Measured, bool Met, string? Cause = null);

/// <summary>What a benchmark found: series and ratios as rows, goals below.</summary>
internal sealed class BenchReport(string name, string summary)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<Series> _series = [];
    private readonly List<BenchGoal> _goals = [];

    public IReadOnlyList<Series> Series => _series;

    public IReadOnlyList<BenchGoal> Goals => _goals;

    public Series Add(Series series)
    {
        _series.Add(series);
        return series;
    }

    /// <summary>Adds the row of <paramref name="mine"/> measured in <paramref name="peer"/>.</summary>
    public Series AddRatio(Series mine, Series peer) => Add(mine.RatioTo(peer));

    /// <summary>States that <paramref name="measured"/> is to be at most <paramref name="limit"/>.</summary>
    public void GoalAtMost(string goal, double measured, double limit, string? causeIfMissed = null) => AddGoal(goal, measured, measured <= limit, causeIfMissed);

    /// <summary>States that <paramref name="measured"/> is to be at least <paramref name="limit"/>.</summary>
    public void GoalAtLeast(string goal, double measured, double limit, string? causeIfMissed = null) => AddGoal(goal, measured, measured >= limit, causeIfMissed);

    public void WriteTable(TextWriter output)
    {
        output.WriteLine($"{name}: {summary}");
        string[] header = ["", "unit", "median", "min", "max", "rounds"];
        string[][] rows = [header, .. _series.Select(s => new[] { s.Name, s.Unit, Number(s.Median), Number(s.Min), Number(s.Max), $"{s.Values.Count}" })];
        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
        foreach (var goal in _goals)
        {
            output.WriteLine($"{(goal.Met ? "met   " : "MISSED")}  {goal.Goal}: {Number(goal.Measured)}{(goal.Cause is null ? "" : $" ({goal.Cause})")}");
        }
    }

    public async Task WriteJsonAsync(string file, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var document = new
        {
            Name = name,
            Summary = summary,
            At = time.GetUtcNow(),
            Machine = new { Cores = Environment.ProcessorCount, System.Runtime.InteropServices.RuntimeInformation.OSDescription },
            Series = _series.Select(s => new { s.Name, s.Unit, s.Median, s.Min, s.Max, s.Values }),
            Goals = _goals,
        };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(document, s_json));
    }

    private void AddGoal(string goal, double measured, bool met, string? cause) =>
        _goals.Add(new BenchGoal(goal, measured, met, met ? null : cause));

    private static string Number(double value) => Math.Abs(value) >= 1000 ? value.ToString("0") : value.ToString("0.###");
}
