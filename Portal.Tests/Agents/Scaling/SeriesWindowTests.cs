using Portal.Agents.Scaling;

namespace Portal.Tests.Agents.Scaling;

public sealed class SeriesWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new double[] { 100, 150, 200 }, 10.0)]
    [InlineData(new double[] { 100, 150, 20, 45 }, (50 + 20 + 25) / 15.0)]
    [InlineData(new double[] { 7, 7, 7 }, 0.0)]
    [InlineData(new double[] { 7 }, null)]
    public void OfACounterItIsTheGrowthASecondThatStandsAlsoWhereItBeganAnew(double[] values, double? rate) =>
        Assert.Equal(rate, Filled(values).Figure(Start, isCounter: true)?.Value);

    [Fact]
    public void OfAGaugeItIsTheAverage()
    {
        var window = Filled([1, 2, 6]);
        Assert.Equal(3, window.Figure(Start, isCounter: false)!.Value.Value);
        Assert.Equal(4, window.Figure(Start.AddSeconds(5), isCounter: false)!.Value.Value);
        Assert.Null(window.Figure(Start.AddSeconds(11), isCounter: false));
    }

    [Fact]
    public void WhatIsOldIsForgotten()
    {
        var window = Filled([.. Enumerable.Range(0, 20).Select(n => (double)n)]);
        Assert.Equal(16, window.Figure(Start, isCounter: false)!.Value.Value);
    }

    private static SeriesWindow Filled(double[] values)
    {
        var window = new SeriesWindow();
        for (var i = 0; i < values.Length; i++)
        {
            window.Add(Start.AddSeconds(5 * i), values[i]);
        }
        return window;
    }
}
