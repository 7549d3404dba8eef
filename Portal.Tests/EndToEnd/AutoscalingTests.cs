using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A load on an app scales it out by CPU and back in without flapping, and each change says from which figures it came.</summary>
public sealed class AutoscalingTests(TestHosts hosts) : EndToEndTest(hosts)
{
    // Busy while a file is there; else it asks for it five times a second.
    private const string Work = "while :; do if [ -e /tmp/busy ]; then i=0; while [ $i -lt 500 ]; do i=$((i+1)); done; else sleep 0.2; fi; done";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected override IEnumerable<TestHost> FirstHosts => Hosts.All.Take(2);

    [Fact]
    public async Task A_load_scales_out_and_its_end_scales_in()
    {
        await Api.PutAppAsync("busy", Specs.Forever().With("command", new[] { "sh", "-c", Work })
            .With("stop", new { gracePeriod = "0s", delay = "0s" })
            .With("resources", new { reservations = new { cpus = 0.1 }, limits = new { cpus = 0.1 } })
            .With("scaling", new
            {
                min = 2, max = 4, metrics = new[] { new { metric = "cpu", target = "15%" } },
                scaleIn = new { stabilization = "15s", step = "100%", period = "15s" },
            }));
        await Cluster.RunsAsync("busy", 2, TimeSpan.FromSeconds(30));

        foreach (var container in await Cluster.Engines.ContainersAsync("busy"))
        {
            await container.Host.DockerAsync("exec", container.Id, "touch", "/tmp/busy");
        }
        // Two busy ones ask for the most, also where a machine with other work gives them a third of what they may use.
        Say("scaled out", await Until.NothingIsWrongAsync(Patience, "the load scales it out", async () => await NumberAsync() > 2 ? null : await StateAsync()));
        var most = 0;
        await Until.StaysRightAsync(TimeSpan.FromSeconds(40), "nothing is taken away under load", async () =>
        {
            var before = most;
            return (most = await NumberAsync()) >= before && most <= 4 ? null : $"{before}, then {most}: {await StateAsync()}";
        });
        await Cluster.RunsAsync("busy", most, TimeSpan.FromSeconds(30));

        foreach (var container in await Cluster.Engines.ContainersAsync("busy"))
        {
            await container.Host.DockerAsync("exec", container.Id, "rm", "-f", "/tmp/busy");
        }
        Say("scaled in", await Until.NothingIsWrongAsync(Patience, "it is scaled back to 2", async () => await NumberAsync() == 2 ? null : await StateAsync()));
        await Cluster.RunsAsync("busy", 2, TimeSpan.FromSeconds(30));

        var changes = (await ChangesAsync()).ToList();
        changes.ForEach(c => Say($"{c.GetProperty("at")} {c.GetProperty("from")} → {c.GetProperty("to")}: {c.GetProperty("reason").GetString()}"));
        var numbers = changes.Select(c => c.GetProperty("to").GetInt32()).ToList();
        Assert.Equal([2, .. numbers[..^1]], changes.Select(c => c.GetProperty("from").GetInt32()));
        // Up, and then down: it never turned back.
        var peak = numbers.IndexOf(numbers.Max());
        Assert.Equal(numbers[..(peak + 1)].Order(), numbers[..(peak + 1)]);
        Assert.Equal(numbers[peak..].OrderDescending(), numbers[peak..]);
        Assert.All(changes, c => Assert.Matches("^cpu [0-9]+ % where 15 % is the target, on average of [1-4] instances?", c.GetProperty("reason").GetString()!));
        var events = (await Api.EventsAsync("busy")).Where(e => e.Kind == "AppScaled").Select(e => e.Message).Reverse().ToList();
        Assert.Equal(changes.Select(c => $"The autoscaler scaled busy from {c.GetProperty("from")} to {c.GetProperty("to")}: {c.GetProperty("reason").GetString()}."), events);
        Assert.Equal(1, (await Api.AppAsync("busy")).Revision);
        await BystandersAreUntouchedAsync();
    }

    private async Task<int> NumberAsync() => (await Api.AppAsync("busy")).Replicas.Desired;

    private async Task<string> StateAsync() => (await Api.AskAsync("teams/default/apps/busy/scaling")).ToString();

    /// <summary>Decisions that changed the number, oldest first.</summary>
    private async Task<IEnumerable<JsonElement>> ChangesAsync() => (await Api.AskAsync("teams/default/apps/busy/scaling/decisions")).GetProperty("items").EnumerateArray()
        .Where(d => d.GetProperty("from").GetInt32() != d.GetProperty("to").GetInt32()).OrderBy(d => d.GetProperty("id").GetInt64()).ToList();
}
