using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What containers say, also after they are gone; and a terminal in one of them.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class LogsAndConsoleTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    private const string Script = """
        printf '\033[32minfo\033[0m colour, \033[1;31mbold red\033[0m\n<script>alert(1)</script>\ncontrol \007 \033[2J \342\200\256\n'
        head -c 300 /dev/urandom; echo; head -c 1000000 /dev/zero | tr '\0' x; echo; echo 'to stderr' >&2
        while [ ! -f /tmp/die ]; do echo "the newest line"; sleep 0.1; done; echo 'its last words'; exit 3
        """;

    [Fact(Timeout = 300_000)]
    public async Task Logs_are_shown_and_kept_and_a_console_runs_vi()
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

    /// <summary>Types one command into a console of its own.</summary>
    private static async Task RunAsync(IPage page, PortalProcess portal, string instance, string command)
    {
        await page.OpenAsync(portal, $"/teams/default/apps/talk/instances/{instance}/console");
        await Expect(page.Locator(".log-state")).ToHaveTextAsync("Connected", new() { Timeout = 20_000 });
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
