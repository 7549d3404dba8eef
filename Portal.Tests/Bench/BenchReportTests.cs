using System.Text.Json;

namespace Portal.Tests.Bench;

public sealed class BenchReportTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 50, 3.0)]
    [InlineData(new[] { 5.0, 1, 4, 2, 3 }, 50, 3.0)]
    [InlineData(new[] { 1.0, 2 }, 50, 1.5)]
    [InlineData(new[] { 1.0, 2, 3, 4, 5 }, 100, 5.0)]
    [InlineData(new[] { 1.0, 2, 3, 4, 5 }, 0, 1.0)]
    [InlineData(new[] { 0.0, 10 }, 99, 9.9)]
    public void A_percentile_is_interpolated(double[] values, double percent, double expected) =>
        Assert.Equal(expected, new Series("a", "s", values).Percentile(percent), 9);

    [Fact]
    public void A_ratio_compares_round_by_round()
    {
        var ratio = new Series("a", "s", [2, 30, 4]).RatioTo(new Series("b", "s", [1, 10, 4]));

        Assert.Equal([2, 3, 1], ratio.Values);
        Assert.Equal("a / b", ratio.Name);
        Assert.Throws<ArgumentException>(() => ratio.RatioTo(new Series("c", "s", [1])));
    }

    [Fact]
    public async Task Rounds_alternate_who_begins_and_leave_the_warm_up_out()
    {
        var order = new List<string>();
        Contender Named(string name) => new(name, "s", (round, _) =>
        {
            order.Add($"{name}{round}");
            return Task.FromResult((double)round);
        });

        var series = await Rounds.RunAsync([Named("a"), Named("b")], CancellationToken.None, count: 2, warmUp: true);

        Assert.Equal(["a-1", "b-1", "a0", "b0", "b1", "a1"], order);
        Assert.All(series, s => Assert.Equal([0, 1], s.Values));
    }

    [Fact]
    public async Task The_table_and_the_file_say_what_was_measured_and_which_goal_was_missed()
    {
        var report = new BenchReport("scale", "against the ceiling");
        var portal = report.Add(new Series("portal", "s", [2.0, 2.2, 2.1]));
        report.AddRatio(portal, report.Add(new Series("ceiling", "s", [2.0, 2.0, 2.0])));
        report.GoalAtMost("at most 1.01 × the ceiling", 1.05, 1.01, "one core was busy");
        report.GoalAtLeast("at least 1 a second", 2, 1);

        using var text = new StringWriter();
        report.WriteTable(text);
        Assert.Contains("portal / ceiling  ×       1.05    1  1.1       3", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("MISSED  at most 1.01 × the ceiling: 1.05 (one core was busy)", text.ToString(), StringComparison.Ordinal);

        var folder = Directory.CreateTempSubdirectory("portal-bench-");
        try
        {
            var file = Path.Combine(folder.FullName, "new", "scale.json");
            await report.WriteJsonAsync(file, TimeProvider.System);
            var root = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
            Assert.Equal(2.1, root.GetProperty("series")[0].GetProperty("median").GetDouble());
            Assert.False(root.GetProperty("goals")[0].GetProperty("met").GetBoolean());
            Assert.True(root.GetProperty("goals")[1].GetProperty("met").GetBoolean());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Benchmarks_have_different_names()
    {
        var names = BenchProgram.Find().Select(b => b.Name).ToList();

        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    }
}
