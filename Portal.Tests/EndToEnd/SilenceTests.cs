using System.Net;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Show 5, the other half: while all engines are well, a Portal that was paused and one whose database was away move nothing.
/// <c>PORTAL_TEST_SILENCE</c> sets for how many seconds.
/// </summary>
public sealed class SilenceTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(7);

    protected override string Grace => "5s";

    [Fact]
    public async Task A_pause_of_Portal_or_of_its_database_moves_nothing()
    {
        var silence = TimeSpan.FromSeconds(Number("PORTAL_TEST_SILENCE", 20));
        var paused = Cluster;
        var storeless = await AddClusterAsync();
        var before = await Task.WhenAll(BeginAsync(paused), BeginAsync(storeless));

        paused.Portal.Pause();
        storeless.Portal.PauseDatabase();
        var first = await storeless.Api.SendAsync(HttpMethod.Get, PortalApi.Path("web"));
        Say("the first call after its database hung was answered", first.Took);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.Status);
        Assert.NotNull(first.RetryAfter);
        Assert.InRange(first.Took, TimeSpan.Zero, TimeSpan.FromSeconds(7));
        await Until.NothingIsWrongAsync(Patience, "calls are answered with 503 and Retry-After", () => WrongWithoutStoreAsync(storeless.Api));
        await Until.StaysRightAsync(silence, "containers are left in peace", () => ChangedAsync([paused, storeless], before));
        paused.Portal.Resume();
        storeless.Portal.ResumeDatabase();

        Say("the API answers again", await Until.NothingIsWrongAsync(Patience, "the API answers again", async () =>
            (await storeless.Api.SendAsync(HttpMethod.Get, "apps")) is { Succeeded: false } answer ? $"{answer.Status}: {answer.Body}" : null));
        await Until.StaysRightAsync(Aftermath, "containers are left in peace afterwards", () => ChangedAsync([paused, storeless], before));
        foreach (var cluster in (TestCluster[])[paused, storeless])
        {
            Assert.All(await cluster.Api.HostsAsync(), h => Assert.NotEqual("Unreachable", h.Reachability));
            await cluster.Api.ScaleAsync("web", 7);
            Say("a scale afterwards took", await cluster.RunsAsync("web", 7, Patience));
        }
        await BystandersAreUntouchedAsync();
    }

    private static async Task<IReadOnlyList<string>> BeginAsync(TestCluster cluster)
    {
        await cluster.Api.PutAppAsync("web", Specs.Forever(6));
        await cluster.RunsAsync("web", 6, Patience);
        return await FoundAsync(cluster);
    }

    private static async Task<IReadOnlyList<string>> FoundAsync(TestCluster cluster) =>
        [.. (await cluster.Engines.ContainersAsync()).Select(c => $"{c} {c.Id}")];

    private static async Task<string?> ChangedAsync(TestCluster[] clusters, IReadOnlyList<string>[] before)
    {
        for (var i = 0; i < clusters.Length; i++)
        {
            var found = await FoundAsync(clusters[i]);
            if (!found.SequenceEqual(before[i]))
            {
                return $"gone are {string.Join(", ", before[i].Except(found))}, new are {string.Join(", ", found.Except(before[i]))}";
            }
        }
        return null;
    }

    private static async Task<string?> WrongWithoutStoreAsync(PortalApi api)
    {
        foreach (var path in (string[])["/readyz", PortalApi.Path("web"), "hosts"])
        {
            var answer = await api.SendAsync(HttpMethod.Get, path);
            if (answer.Status != HttpStatusCode.ServiceUnavailable || answer.RetryAfter is null)
            {
                return $"{path} is answered with {answer.Status} after {answer.Took.TotalSeconds:0.0} s, Retry-After {answer.RetryAfter}: {answer.Body}";
            }
        }
        var change = await api.SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/scale", new { replicas = 1 });
        return change.Status == HttpStatusCode.ServiceUnavailable ? null : $"a change is answered with {change.Status}";
    }
}
