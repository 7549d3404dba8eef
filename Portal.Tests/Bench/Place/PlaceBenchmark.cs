namespace Portal.Tests.Bench.Place;

/// <summary>Placements a second that are on disk, through the real controller and a real PostgreSQL with <c>fsync</c> on.</summary>
internal sealed class PlaceBenchmark : IBenchmark
{
    private const double Goal = 1_500;
    private static readonly PlaceSize[] s_sizes = [new(Hosts: 1_000, Apps: 200, Replicas: 100), new(Hosts: 5_000, Apps: 500, Replicas: 100)];

    public string Name => "place";

    public string Summary => "durable placements a second, against a bare bulk insert of as many rows into the same server";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        await using var server = await PlaceServer.StartAsync(cancellation);
        foreach (var size in s_sizes)
        {
            var series = await Rounds.RunAsync(
            [
                new Contender($"Portal, {size}", "/s", async (_, stop) => size.Instances / (await server.PlaceAsync(size, stop)).TotalSeconds),
                new Contender($"bare insert, {size}", "/s", async (_, stop) => size.Instances / (await server.InsertAsync(size, stop)).TotalSeconds),
            ], cancellation, warmUp: size == s_sizes[0]);
            report.Add(series[0]);
            report.AddRatio(series[0], report.Add(series[1]));
            report.GoalAtLeast($"at least {Goal:0} placements a second, {size}", series[0].Median, Goal);
        }
    }
}

/// <summary>How big a simulated cluster is.</summary>
internal sealed record PlaceSize(int Hosts, int Apps, int Replicas)
{
    public int Instances => Apps * Replicas;

    public override string ToString() => $"{Hosts} hosts, {Instances} instances";
}
