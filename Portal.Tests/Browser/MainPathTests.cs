using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Components.Controls;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The main path in a real browser, over a real Portal and real engines: first account, hosts, an app, scaled up and down, deleted.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class MainPathTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    // A second is promised; what is asserted leaves room for a machine that does everything else meanwhile.
    private static readonly TimeSpan SeenElsewhere = TimeSpan.FromSeconds(5);

    [Fact(Timeout = 600_000)]
    public async Task From_the_first_account_to_a_scaled_app_and_back()
    {
        // Asked first, so that a machine without engines or a browser skips before anything is started.
        var engines = hosts.All;
        var first = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await portal.StartAsync();
        await first.MakeFirstAccountAsync(portal);
        await first.AddHostsAsync(portal, engines);
        await first.Context.CloseAsync();
        // The other two looks of each page are held by FrameTests.
        foreach (var look in new Viewing[] { new(ColorScheme.Light, 1280), new(ColorScheme.Dark, 400) })
        {
            var page = await chromium.OpenAsync(look.Width, look.Width < 600 ? 860 : 800, look.Scheme);
            await page.SignInAsync(portal);
            await WalkAsync(page, await page.Context.NewPageAsync(), portal, look);
            await page.Context.CloseAsync();
        }
    }

    private static async Task WalkAsync(IPage page, IPage second, PortalProcess portal, Viewing look)
    {
        var app = $"web-{look.Name}";
        await CreateAsync(page, portal, app, look);
        var scale = page.Locator(".app-head .scale input");
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(3, new() { Timeout = 60_000 });
        await second.OpenAsync(portal, $"/apps/default/{app}");
        var seen = second.Locator(".app-head .scale input");
        await Expect(seen).ToHaveValueAsync("3");

        var since = Stopwatch.StartNew();
        await scale.FillAsync("12");
        await scale.PressAsync("Enter");
        await Expect(seen).ToHaveValueAsync("12", new() { Timeout = 20_000 });
        TestContext.Current.TestOutputHelper?.WriteLine($"the second page saw the change after {since.Elapsed.TotalSeconds:0.00} s, {ScaleModel.Quiet.TotalSeconds:0.0} s of them the quiet that the control waits for");
        Assert.True(since.Elapsed < ScaleModel.Quiet + SeenElsewhere, $"The second page saw the change after {since.Elapsed}.");
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(12, new() { Timeout = 60_000 });
        await Expect(page.Locator(".app-sentence")).ToContainTextAsync("12");
        await LookAtAsync(page, portal, app, look);

        await page.OpenAsync(portal, $"/apps/default/{app}");
        for (var i = 0; i < 2; i++)
        {
            await page.Locator(".app-head .scale").GetByLabel("One fewer").ClickAsync();
        }
        await Expect(seen).ToHaveValueAsync("10", new() { Timeout = 15_000 });
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(10, new() { Timeout = 60_000 });
        await DeleteAsync(page, portal, app);
        await Expect(second.Locator("main")).ToContainTextAsync($"{app} was deleted.", new() { Timeout = 60_000 });
    }

    private static async Task CreateAsync(IPage page, PortalProcess portal, string app, Viewing look)
    {
        await page.OpenAsync(portal, "/apps/new");
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync(app);
        await page.GetByPlaceholder("nginx:1.27").FillAsync("test/web:1");
        await page.GetByLabel("Replicas", new() { Exact = true }).FillAsync("3");
        await page.GetByText("Ports", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add port" }).ClickAsync();
        await page.GetByPlaceholder("http", new() { Exact = true }).FillAsync("http");
        await page.GetByPlaceholder("80", new() { Exact = true }).FillAsync("8080");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("containerPort: 8080");
        await page.IsAccessibleAsync();
        await page.PictureAsync($"new-app-{look.Name}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create app" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/apps/default/{app}$"));
    }

    private static async Task LookAtAsync(IPage page, PortalProcess portal, string app, Viewing look)
    {
        var path = $"/apps/default/{app}";
        foreach (var (name, at) in new[]
        {
            ("overview", "/"), ("apps", "/apps"), ("hosts", "/hosts"), ("host-tiles", "/hosts?view=tiles"), ("host", "/hosts/h1"), ("add-host", "/hosts/add"), ("settings", "/settings"),
            ("deploys", "/deploys"), ("app", path), ("instances", $"{path}?tab=instances"), ("app-deploys", $"{path}?tab=deploys"), ("config", $"{path}?tab=config"), ("data", $"{path}?tab=data"), ("events", $"{path}?tab=events"),
        })
        {
            await page.OpenAsync(portal, at);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await page.IsAccessibleAsync();
            await page.FitsAsync();
            await page.PictureAsync($"{name}-{look.Name}");
        }
        await page.OpenAsync(portal, $"{path}?tab=instances");
        await page.Locator("tbody button.link").First.ClickAsync();
        await Expect(page.Locator("dialog.drawer .placement")).ToContainTextAsync("chosen");
        await page.IsAccessibleAsync();
        await page.PictureAsync($"drawer-{look.Name}");
    }

    private static async Task DeleteAsync(IPage page, PortalProcess portal, string app)
    {
        await page.OpenAsync(portal, $"/apps/default/{app}?tab=config");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Delete {app}…" }).ClickAsync();
        await page.Locator("#confirm-name").FillAsync(app);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Delete {app}", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/apps$"));
    }
}
