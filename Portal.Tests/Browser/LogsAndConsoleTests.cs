using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What containers say, in a flood and after they are gone; and a terminal in one of them, for those who may.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class LogsAndConsoleTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    private const int Flood = 300_000;
    private const string Console = "teams/default/apps/talk/instances/";
    private const string Vera = "vera@example.org";

    private const string Script = """
        printf '\033[32minfo\033[0m colour, \033[1;31mbold red\033[0m\n<script>alert(1)</script>\ncontrol \007 \033[2J \342\200\256\n'
        head -c 300 /dev/urandom; echo; head -c 1000000 /dev/zero | tr '\0' x; echo; echo 'to stderr' >&2
        while [ ! -f /tmp/die ]; do
          [ -f /tmp/flood ] && rm /tmp/flood && awk 'BEGIN { for (i = 1; i <= 300000; i++) print "request " i " was answered" }'
          echo "the newest line"; sleep 0.1
        done
        echo 'its last words'; exit 3
        """;

    [Fact(Timeout = 300_000)]
    public async Task Logs_are_shown_in_a_flood_and_kept_and_a_console_runs_vi()
    {
        var page = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await portal.StartAsync();
        await page.MakeFirstAccountAsync(portal);
        await page.AddHostsAsync(portal, [hosts.All[0]]);
        await PutAsync(page, JsonSerializer.Serialize(new { image = "test/busybox:1", replicas = 1, command = new[] { "sh", "-c", Script }, restart = new { policy = "never" } }));
        await page.OpenAsync(portal, "/logs?app=default/talk");

        var log = page.Locator(".log-scroll");
        await Expect(log).ToContainTextAsync("<script>alert(1)</script>", new() { Timeout = 30_000 });
        await Expect(page.Locator(".log-line .sgr-bold.sgr-f1")).ToHaveTextAsync("bold red");
        await Expect(page.Locator(".log-line.err")).ToContainTextAsync("to stderr");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all, 1.0 MB" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show less" })).ToBeVisibleAsync();
        await LookAsync(page, "logs");

        await ConsoleAsync(page, portal);

        var before = await InstanceAsync(page);
        await FloodAsync(page, portal, before);
        await RightsAsync(portal, before);
        await RunAsync(page, portal, before, "touch /tmp/die");
        await page.EvaluateAsync("async () => { const r = await fetch('/api/v1/teams/default/apps/talk/restart', { method: 'POST', headers: { 'X-Requested-With': 'test' } }); if (!r.ok) throw new Error(await r.text()); }");
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(60), "it is replaced", async () =>
            (await portal.Api.InstancesAsync("talk")).Any(i => i.Id.ToString() == before) ? "the old one is there" : null);
        await page.OpenAsync(portal, $"/logs?app=default/talk&instance={before}");
        await Expect(page.Locator(".banner[data-tone=idle]")).ToContainTextAsync("ended", new() { Timeout = 60_000 });
        await Expect(log).ToContainTextAsync("its last words", new() { Timeout = 20_000 });
        await LookAsync(page, "logs-ended");
    }

    private static async Task ConsoleAsync(IPage page, PortalProcess portal)
    {
        var id = await InstanceAsync(page);
        await page.OpenAsync(portal, $"/apps/default/talk?tab=instances&instance={id}");
        await page.Locator("dialog").GetByRole(AriaRole.Link, new() { Name = "Console" }).ClickAsync();
        await Expect(page.Locator(".log-state")).ToHaveTextAsync("Connected", new() { Timeout = 20_000 });
        await page.Keyboard.TypeAsync("stty size; vi /tmp/go\n");
        var rows = page.Locator(".xterm-rows");
        await Expect(rows).ToContainTextAsync("~");
        await page.Keyboard.TypeAsync("iwritten in vi");
        await page.Keyboard.PressAsync("Escape");
        await Expect(rows).ToContainTextAsync("written in vi");
        await LookAsync(page, "console");
        await page.SetViewportSizeAsync(900, 700);
        await page.Keyboard.TypeAsync(":wq\n");
        await page.Keyboard.TypeAsync("clear; stty size; cat /tmp/go\n");
        var size = await page.Locator(".xterm-rows > div").CountAsync();
        await Expect(rows).ToContainTextAsync(new Regex($@"{size} \d+"));
        await Expect(rows).ToContainTextAsync("written in vi");
        await page.SetViewportSizeAsync(1280, 800);
        await page.Keyboard.TypeAsync("exit 5\n");
        await Expect(page.Locator(".log-state")).ToHaveTextAsync("Ended with exit code 5");

        var audit = await page.EvaluateAsync<string>("async () => JSON.stringify((await (await fetch('/api/v1/audit', { headers: { 'X-Requested-With': 'test' } })).json()).items.filter(a => a.action.startsWith('console.')))");
        Assert.Contains("console.open", audit);
        Assert.Contains("exit code 5", audit);
        Assert.Contains("ada@example.org", audit);
        Assert.DoesNotContain("written in vi", audit);
    }

    /// <summary>More is written at once than an engine's followers bear, while the page shows it.</summary>
    private static async Task FloodAsync(IPage page, PortalProcess portal, string instance)
    {
        await page.OpenAsync(portal, "/logs?app=default/talk");
        await Expect(page.Locator(".log-line").Last).ToContainTextAsync("the newest line", new() { Timeout = 60_000 });
        await page.EvaluateAsync("""
            () => { window.ages = []; setInterval(() => { const at = [...document.querySelectorAll(".log-line:not(.portal) time")].at(-1)?.dateTime; if (at) ages.push(Date.now() - Date.parse(at)); }, 100); }
            """);
        var other = await page.Context.NewPageAsync();
        await RunAsync(other, portal, instance, "touch /tmp/flood; exit");
        await other.CloseAsync();

        await page.GetByLabel("Find in these lines").FillAsync($"request {Flood} was");
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(90), "the last line of the flood is shown", async () =>
        {
            await page.GetByTitle("Find the next").ClickAsync();
            return await page.Locator(".log-line.found mark").CountAsync() == 1 ? null : await page.Locator(".log-note").InnerTextAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow" }).ClickAsync();
        await Expect(page.Locator(".log-line").Last).ToContainTextAsync("the newest line", new() { Timeout = 60_000 });
        Assert.InRange(await page.EvaluateAsync<double>("performance.memory.usedJSHeapSize / 1e6"), 0, 150);
        Assert.InRange(await page.Locator(".log-line").CountAsync(), 1, 200);
        TestContext.Current.TestOutputHelper?.WriteLine($"a flood of {Flood:N0} lines: {await page.Locator(".log-note").InnerTextAsync()} "
            + await page.EvaluateAsync<string>("() => { ages.sort((a, b) => a - b); return `The newest shown was ${ages[ages.length >> 1]} ms old in the middle, ${ages.at(-1)} at worst; the heap has ${(performance.memory.usedJSHeapSize / 1e6).toFixed(0)} MB.`; }"));
    }

    /// <summary>A role that is taken away and a session that is signed out end what is open, and a Viewer is refused.</summary>
    private async Task RightsAsync(PortalProcess portal, string instance)
    {
        var made = await portal.Api.SendAsync(HttpMethod.Post, "users", new { email = Vera, administrator = false });
        await RoleAsync(portal, "Deployer");
        var page = await chromium.OpenAsync();
        await page.JoinAsync(made.Json.GetProperty("link").GetString()!);
        await OpenConsoleAsync(page, portal, instance);
        await RoleAsync(portal, "Viewer");
        await ClosedAsync(portal, "the right to it was taken away");
        await page.OpenAsync(portal, $"/{Console}{instance}/console");
        await Expect(page.Locator("main")).ToContainTextAsync("a console needs the role Deployer");
        await page.IsAccessibleAsync();
        Assert.Equal(403, await page.EvaluateAsync<int>($"async () => (await fetch('/api/v1/{Console}{instance}/exec', {{ headers: {{ 'X-Requested-With': 'test' }} }})).status"));

        await RoleAsync(portal, "Deployer");
        await OpenConsoleAsync(page, portal, instance);
        var (log, last) = (await page.Context.NewPageAsync(), await page.Context.NewPageAsync());
        await log.OpenAsync(portal, "/logs?app=default/talk");
        await Expect(log.Locator(".log-state")).ToHaveTextAsync("Live");
        await last.OpenAsync(portal, "/");
        await last.GetByTitle("Your account").ClickAsync();
        await last.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator(".log-state")).ToHaveTextAsync("Closed: its session was signed out");
        await Expect(log.Locator(".log-state")).ToContainTextAsync("You were signed out");
        await ClosedAsync(portal, "its session was signed out");
        await page.Context.CloseAsync();
    }

    private static async Task OpenConsoleAsync(IPage page, PortalProcess portal, string instance)
    {
        await page.OpenAsync(portal, $"/{Console}{instance}/console");
        await Expect(page.Locator(".log-state")).ToHaveTextAsync("Connected", new() { Timeout = 30_000 });
    }

    private static Task RoleAsync(PortalProcess portal, string role) => portal.Api.PutAsync($"teams/default/members/{Vera}", new { role });

    private static Task ClosedAsync(PortalProcess portal, string reason) => Until.NothingIsWrongAsync(TimeSpan.FromSeconds(60), $"the audit says that {reason}", async () =>
        (await portal.Api.AskAsync("audit")).GetProperty("items").EnumerateArray().Any(a => a.GetProperty("action").GetString() == "console.close" && a.GetRawText().Contains(reason, StringComparison.Ordinal)) ? null : "it does not");

    /// <summary>Types one command into a console of its own.</summary>
    private static async Task RunAsync(IPage page, PortalProcess portal, string instance, string command)
    {
        await OpenConsoleAsync(page, portal, instance);
        await page.Keyboard.TypeAsync(command + "\n");
        await Expect(page.Locator(".log-state")).ToHaveTextAsync(new Regex("Ended|Closed"), new() { Timeout = 30_000 });
    }

    private static Task PutAsync(IPage page, string body) => page.EvaluateAsync(
        "async body => { const r = await fetch('/api/v1/teams/default/apps/talk', { method: 'PUT', body, headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'test' } }); if (!r.ok) throw new Error(await r.text()); }", body);

    private static Task<string> InstanceAsync(IPage page) => page.EvaluateAsync<string>(
        "async () => (await (await fetch('/api/v1/teams/default/apps/talk/instances', { headers: { 'X-Requested-With': 'test' } })).json()).items[0].id");

    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var viewing in Viewing.All)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = viewing.Scheme });
            await page.SetViewportSizeAsync(viewing.Width, 800);
            await page.IsAccessibleAsync();
            await page.FitsAsync();
            await page.PictureAsync($"{name}-{viewing.Name}");
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(1280, 800);
    }
}
