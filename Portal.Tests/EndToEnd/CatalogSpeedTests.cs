using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Shows 6: an instance that dies is out of the catalog, and the watch says so, soon after its engine does.</summary>
public sealed class CatalogSpeedTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private const int Replicas = 6;
    // The goal is 100 ms at the 99th percentile on a machine that does nothing else; here other tests may run beside.
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _gone = [];
    private HashSet<Guid> _ready = [];

    [Fact]
    public async Task A_dead_instance_leaves_the_catalog_at_once()
    {
        var kills = Number("PORTAL_KILLS", 12);
        await Api.PutAppAsync("web", Specs.Forever(Replicas).With("ports", new[] { new { name = "http", containerPort = 80 } }));
        await Cluster.RunsAsync("web", Replicas, TimeSpan.FromSeconds(40));
        using var end = new CancellationTokenSource();
        var watching = WatchAsync(end.Token);

        var took = new List<TimeSpan>();
        for (var i = 0; i < kills; i++)
        {
            took.Add(await KillOneAsync(i % 2 == 0 ? ["kill"] : ["rm", "-f"]));
        }
        await end.CancelAsync();
        await watching;

        took.Sort();
        Say($"{kills} kills: from the engine's event to the watch, p50 {took[kills / 2].TotalMilliseconds:0} ms, p99 {took[(int)(kills * 0.99)].TotalMilliseconds:0} ms, worst {took[^1].TotalMilliseconds:0} ms");
        Assert.True(took[kills / 2] < Bound, $"the median is {took[kills / 2].TotalMilliseconds:0} ms: {string.Join(", ", took.Select(t => $"{t.TotalMilliseconds:0}"))}");
    }

    private async Task<TimeSpan> KillOneAsync(string[] how)
    {
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(60), "all are ready", () => Task.FromResult(Volatile.Read(ref _ready).Count < Replicas ? $"{_ready.Count} are" : null));
        var ready = Volatile.Read(ref _ready);
        var victim = (await Api.InstancesAsync("web")).First(i => ready.Contains(i.Id) && i.ContainerId is not null);
        var host = Hosts.All.Single(h => h.Name == victim.Host);
        var since = TimeProvider.System.GetUtcNow().AddSeconds(-1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        await host.DockerAsync([.. how, victim.ContainerId!]);

        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(10), "the watch says that it is gone", () => Task.FromResult(_gone.ContainsKey(victim.Id) ? null : "it does not"));
        var until = TimeProvider.System.GetUtcNow().AddSeconds(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var died = await host.DockerAsync("events", "--since", since, "--until", until, "--filter", $"container={victim.ContainerId}", "--filter", "event=die", "--format", "{{.TimeNano}}");
        var at = DateTimeOffset.UnixEpoch.AddTicks(long.Parse(died.Trim().Split('\n')[0], CultureInfo.InvariantCulture) / 100);
        return _gone[victim.Id] - at;
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var (name, data) in Api.WatchAsync("services", cancellation))
            {
                var heard = TimeProvider.System.GetUtcNow();
                var services = name == "snapshot" ? data.GetProperty("items").EnumerateArray().ToList() : data.TryGetProperty("item", out var item) ? [item] : [];
                if (services.Find(s => s.GetProperty("name").GetString() == "web") is { ValueKind: JsonValueKind.Object } web)
                {
                    var ready = web.GetProperty("endpoints").EnumerateArray().Where(e => e.GetProperty("ready").GetBoolean()).Select(e => e.GetProperty("instance").GetGuid()).ToHashSet();
                    foreach (var gone in _ready.Except(ready))
                    {
                        _gone.TryAdd(gone, heard);
                    }
                    Volatile.Write(ref _ready, ready);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Debug.Assert(!_gone.IsEmpty, "It is ended at the end.");
        }
    }
}
