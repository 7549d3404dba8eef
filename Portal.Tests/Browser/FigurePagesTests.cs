using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Figures, charts and the incident view in a real browser, over what real containers use.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class FigurePagesTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    private const string Work = "while :; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo beat; sleep 0.2; done";
    private const string Killed = "killed with SIGKILL";
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 60_000 };

    [Fact(Timeout = 300_000)]
    public async Task What_is_used_is_seen_now_and_over_time_and_a_killed_instance_is_explained()
    {
        var engines = hosts.All;
        var first = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await portal.StartAsync();
        foreach (var engine in engines)
        {
            await portal.Api.PutHostAsync(engine);
        }
        await portal.Api.PutAppAsync("busy", Specs.Forever(2).With("command", new[] { "sh", "-c", Work }));
        await first.MakeFirstAccountAsync(portal);
        await SeeFiguresAsync(first, portal);
        var incident = await KillAsync(first, portal, engines);
        await first.Context.CloseAsync();
        foreach (var look in Viewing.All)
        {
            var page = await chromium.OpenAsync(look.Width, look.Width < 600 ? 860 : 800, look.Scheme);
            await page.SignInAsync(portal);
            await LookAtAsync(page, portal, incident, look);
            await page.Context.CloseAsync();
        }
    }

    private static async Task SeeFiguresAsync(IPage page, PortalProcess portal)
    {
        await page.OpenAsync(portal, "/usage");
        var row = page.Locator("tbody tr").Filter(new() { HasText = "busy 1" });
        await Expect(row).ToContainTextAsync(new Regex(@"0\.\d+ CPUs"), Soon);
        await Expect(row.Locator("polyline").First).ToBeAttachedAsync(new() { Timeout = 60_000 });

        await page.OpenAsync(portal, "/apps/default/busy?tab=metrics");
        var cpu = page.Locator(".metric-chart").First;
        var newest = cpu.Locator(".chart-legend button b");
        await Expect(newest).ToHaveTextAsync(new Regex(@"^0\.\d+ CPUs$"), new() { Timeout = 30_000 });
        await Expect(page.Locator(".metric-chart canvas")).ToHaveCountAsync(6);
        // Points come by themselves, and the page is not drawn anew for them.
        var before = await newest.InnerTextAsync();
        await cpu.EvaluateAsync("chart => { chart.querySelector('canvas').kept = true; }");
        await Expect(newest).Not.ToHaveTextAsync(before, new() { Timeout = 30_000 });
        Assert.True(await cpu.EvaluateAsync<bool>("chart => chart.querySelector('canvas').kept === true"), "The chart was drawn anew.");

        await cpu.GetByRole(AriaRole.Button, new() { Name = "As table" }).ClickAsync();
        await Expect(cpu.Locator("tbody tr")).ToContainTextAsync(new Regex(@"busy\s*0\.\d+ CPUs"));
        await cpu.GetByRole(AriaRole.Button, new() { Name = "As table" }).ClickAsync();
        await cpu.Locator(".u-over").ScrollIntoViewIfNeededAsync();
        var box = (await cpu.Locator(".u-over").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width - 4, box.Y + box.Height / 2, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Expect(page).ToHaveURLAsync(new Regex("[?&]from=.*&tab=metrics&to="));
    }

    /// <summary>Ends a container by hand, and finds the way from its event to what happened.</summary>
    private static async Task<string> KillAsync(IPage page, PortalProcess portal, IReadOnlyList<TestHost> engines)
    {
        var victim = (await portal.Api.InstancesAsync("busy"))[0];
        await engines.Single(e => e.Name == victim.Host).DockerAsync("kill", victim.ContainerId!);
        await page.OpenAsync(portal, "/apps/default/busy?tab=events");
        var what = page.Locator(".timeline li").Filter(new() { HasText = Killed }).Last;
        await Expect(what).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await what.Locator(".when a").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/incident[?]from="));

        var cause = page.Locator(".story > li").Filter(new() { HasText = Killed }).First;
        await Expect(cause).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(cause).Not.ToHaveAttributeAsync("data-near", "");
        await page.Locator(".lane-track > li[data-tone=warn]").Filter(new() { HasText = Killed }).First.HoverAsync();
        await Expect(cause).ToHaveAttributeAsync("data-near", "");
        await Expect(page.Locator(".story-log .entry").First).ToContainTextAsync("beat");
        await Expect(page.Locator(".metric-chart canvas")).ToHaveCountAsync(3);
        return new Uri(page.Url).PathAndQuery;
    }

    private static async Task LookAtAsync(IPage page, PortalProcess portal, string incident, Viewing look)
    {
        foreach (var (name, at, shown) in new[]
        {
            ("usage", "/usage", "tbody tr polyline"), ("usage-time", "/usage?view=time&by=instance", ".chart-legend button"), ("app-metrics", "/apps/default/busy?tab=metrics&lines=instance", ".chart-legend button"),
            ("host-metrics", "/hosts/h1", ".chart-legend button"), ("incident", incident, ".story > li"),
        })
        {
            await page.OpenAsync(portal, at);
            await Expect(page.Locator(shown).First).ToBeAttachedAsync(new() { Timeout = 60_000 });
            if (name == "incident")
            {
                await page.Locator(".lane-track > li[data-tone=warn]").First.HoverAsync();
            }
            await Expect(page.Locator("main [role=alert]")).ToHaveCountAsync(0);
            await page.IsAccessibleAsync();
            await page.FitsAsync();
            await page.PictureAsync($"{name}-{look.Name}");
        }
    }
}
