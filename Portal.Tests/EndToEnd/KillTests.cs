using System.Diagnostics;
using System.Globalization;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Show 4: Portal or its database is killed in the middle of changes; afterwards exactly what was described runs.
/// <c>PORTAL_TEST_KILLS</c> sets how often, <c>PORTAL_TEST_SEED</c> when.
/// </summary>
public sealed class KillTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);
    private static readonly string[] Apps = ["one", "two"];
    private readonly Dictionary<string, (int Replicas, int Version)> _intent = [];
    private Random _random = new(0);
    private bool _unanswered;

    [Fact]
    public async Task Killed_in_the_middle_of_changes_Portal_brings_about_what_was_described()
    {
        await BeginAsync();
        for (var kill = 1; kill <= Number("PORTAL_TEST_KILLS", 5); kill++)
        {
            var change = ChangeAsync();
            var delay = await ALittleAsync();
            await Portal.KillAsync();
            await EndedAsync(change);
            var started = Stopwatch.GetTimestamp();
            await Portal.StartAsync();
            await RecoversAsync($"kill {kill} of Portal after {delay.TotalMilliseconds:0} ms", started);
        }
        await BystandersAreUntouchedAsync();
    }

    [Fact]
    public async Task With_its_database_killed_in_the_middle_of_changes_Portal_brings_about_what_was_described()
    {
        await BeginAsync();
        for (var kill = 1; kill <= Number("PORTAL_TEST_KILLS", 3); kill++)
        {
            var change = ChangeAsync();
            var delay = await ALittleAsync();
            var started = Stopwatch.GetTimestamp();
            await Portal.KillDatabaseAsync();
            await EndedAsync(change);
            await RecoversAsync($"kill {kill} of the database after {delay.TotalMilliseconds:0} ms", started);
        }
        await BystandersAreUntouchedAsync();
    }

    private async Task BeginAsync()
    {
        var seed = Number("PORTAL_TEST_SEED", Environment.TickCount);
        Say($"PORTAL_TEST_SEED={seed}");
        _random = new Random(seed);
        foreach (var app in Apps)
        {
            _intent[app] = (4, 1);
            await PutAsync(app, 4, 1);
        }
        await RecoversAsync("the beginning", Stopwatch.GetTimestamp());
    }

    private Task<SeenApp> PutAsync(string app, int replicas, int version) =>
        Api.PutAppAsync(app, Specs.Forever(replicas, version).WithUpdate("startFirst", surge: 3, minReady: "0s"));

    // Intent counts once it was answered; without an answer either is right, and the API says which.
    private async Task ChangeAsync()
    {
        var app = Apps[_random.Next(Apps.Length)];
        var (replicas, version) = _intent[app];
        if (_random.Next(3) == 0)
        {
            await PutAsync(app, replicas, version + 1);
            _intent[app] = (replicas, version + 1);
        }
        else
        {
            var other = (replicas + _random.Next(1, 9)) % 9;
            await Api.ScaleAsync(app, other);
            _intent[app] = (other, version);
        }
    }

    private async Task<TimeSpan> ALittleAsync()
    {
        var delay = TimeSpan.FromMilliseconds(_random.Next(4) == 0 ? _random.Next(20) : _random.Next(2000));
        await Task.Delay(delay, TimeProvider.System);
        return delay;
    }

    private async Task EndedAsync(Task change)
    {
        try
        {
            await change;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or TaskCanceledException)
        {
            Say($"the change was not answered with success: {e.Message}");
            _unanswered = true;
        }
    }

    private async Task RecoversAsync(string what, long since)
    {
        await Until.NothingIsWrongAsync(Recovery - Stopwatch.GetElapsedTime(since), $"all is as described after {what}", WrongAsync);
        Say($"as described after {what}", Stopwatch.GetElapsedTime(since));
        _unanswered = false;
    }

    private async Task<string?> WrongAsync()
    {
        var seen = new Dictionary<string, SeenApp>();
        foreach (var app in Apps)
        {
            if ((await Api.SendAsync(HttpMethod.Get, PortalApi.Path(app))) is not { Succeeded: true } answer)
            {
                return "the API does not answer";
            }
            seen[app] = PortalApi.ReadApp(answer);
            var spec = answer.Json.GetProperty("spec");
            var told = (spec.GetProperty("replicas").GetInt32(), int.Parse(spec.GetProperty("env").GetProperty("SETTING").GetString()!, CultureInfo.InvariantCulture));
            Assert.True(_unanswered || told == _intent[app], $"{app} was set to {_intent[app]}, and the API says {told}");
            _intent[app] = told;
        }
        var found = await Cluster.Engines.ContainersAsync();
        foreach (var app in Apps)
        {
            var own = found.Where(c => c.App == app).ToList();
            if (own.Count != _intent[app].Replicas || own.Any(c => !c.IsRunning || c.Revision != seen[app].Revision) || own.Select(c => c.Slot).Distinct().Count() != own.Count)
            {
                return $"{app} shall be {_intent[app]} of revision {seen[app].Revision}, there are {string.Join(", ", own.Select(c => $"{c} r{c.Revision}"))}; {seen[app].Status}, {seen[app].Reason}";
            }
        }
        return found.Count == _intent.Values.Sum(i => i.Replicas) ? null : $"something else is there: {string.Join(", ", found)}";
    }
}
