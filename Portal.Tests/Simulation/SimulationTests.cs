namespace Portal.Tests.Simulation;

public sealed class SimulationTests
{
    /// <summary>Seeds that every run of the tests goes through.</summary>
    private const int Seeds = 2_000;

    [Fact]
    public void NoSeedBreaksAPromise()
    {
        var run = SeedRange.Run(0, Seeds, plant: null, all: false, TestContext.Current.CancellationToken);
        Assert.True(run.Failed is null, run.Failed is { } found ? string.Join('\n', Shrinker.Describe(found, Shrinker.Shrink(found, plant: null))) : "");
        Assert.Equal(Seeds, run.Seeds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(4711)]
    public void ASeedReplaysBitForBit(int seed)
    {
        var first = Simulation.Run(seed, keepsTrace: true);
        var second = Simulation.Run(seed, keepsTrace: true);
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(first.Lines, second.Lines);
        // Whether sentences are kept changes nothing.
        Assert.Equal(first.Hash, Simulation.Run(seed).Hash);
    }

    [Fact]
    public void TwoSeedsAreNotAlike() => Assert.NotEqual(Simulation.Run(1).Hash, Simulation.Run(2).Hash);

    [Theory]
    [InlineData("bounds", Promises.Bounds)]
    [InlineData("epoch", Promises.OneContainer)]
    [InlineData("double", Promises.OneContainer)]
    [InlineData("term", Promises.Terms)]
    [InlineData("stranger", Promises.Strangers)]
    public void ABugPlantedOnPurposeIsFound(string plant, string promise)
    {
        var run = SeedRange.Run(0, Seeds, () => Plant.Of(plant), all: false, TestContext.Current.CancellationToken);
        Assert.Equal(promise, run.Failed?.Broken?.Promise);
        var shortest = Shrinker.Shrink(run.Failed!, () => Plant.Of(plant));
        Assert.Equal(promise, shortest.Broken?.Promise);
        Assert.True(shortest.Scenario.Disturbances.Length < run.Failed!.Scenario.Disturbances.Length || run.Failed.Scenario.Disturbances.Length <= 2);
        Assert.Contains("BROKEN", Shrinker.Describe(run.Failed, shortest).Last(), StringComparison.Ordinal);
    }
}
