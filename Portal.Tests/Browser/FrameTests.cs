using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Core.Domain;
using Portal.Tests.Web;
using Portal.Tests.Web.Fakes;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The frame in a real browser, over fakes.</summary>
public sealed class FrameTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task The_search_opens_by_key_finds_and_goes()
    {
        await using var site = await FakeSite.StartAsync();
        site.Live.Set(Given.Snapshot([Given.App("web"), Given.App("worker")]));
        var page = await SignedInAsync(site);

        // Before any navigation, after which the new page's heading takes the focus when it is drawn.
        await page.Locator(".brand").FocusAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("dialog.search")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog.search")).ToBeHiddenAsync();
        await Expect(page.Locator(".brand")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("work");
        await Expect(page.GetByRole(AriaRole.Option, new() { NameString = "worker" })).ToHaveAttributeAsync("aria-selected", "true");
        await page.Locator("#search input").PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/apps/default/worker$"), new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task Theme_and_rail_stay_as_they_were_set_from_the_first_paint_on()
    {
        await using var site = await FakeSite.StartAsync();
        var page = await SignedInAsync(site);
        await page.Locator(".menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Dark" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Collapse" }).ClickAsync();

        var answer = await page.GotoAsync("/settings");
        var html = await answer!.TextAsync();
        Assert.Contains("data-theme=\"dark\"", html, StringComparison.Ordinal);
        Assert.Contains("data-rail=\"narrow\"", html, StringComparison.Ordinal);
        Assert.Equal("rgb(14, 17, 22)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task On_a_phone_the_rail_shows_a_few_and_the_rest_on_demand()
    {
        await using var site = await FakeSite.StartAsync();
        var page = await SignedInAsync(site, 400);
        var settings = page.Locator(".rail a[href^='/settings']");
        await Expect(settings).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "More" }).ClickAsync();
        await Expect(settings).ToBeInViewportAsync();
        await AssertCleanAsync(page, "the open rail");
        await page.PictureAsync("rail-400");

        await settings.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/settings"));
        await Expect(page.Locator(".rail a[href^='/deploys']")).ToBeHiddenAsync();
        await Expect(settings).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_by_the_skip_link()
    {
        await using var site = await FakeSite.StartAsync();
        var page = await SignedInAsync(site);
        await page.GotoAsync("/settings");
        await page.Locator("html[data-interactive]").WaitForAsync();
        await page.Locator(".skip").FocusAsync();
        await Expect(page.Locator(".skip")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_store_that_is_away_is_said_at_once()
    {
        await using var site = await FakeSite.StartAsync();
        var page = await SignedInAsync(site);
        site.Live.Set(site.Live.Current with { StaleSince = DateTimeOffset.UnixEpoch });
        await Expect(page.GetByText("The store has not answered since")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        site.Live.Set(site.Live.Current with { StaleSince = null });
        await Expect(page.GetByText("The store has not answered since")).ToBeHiddenAsync(new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task A_lost_circuit_is_said_and_comes_back_by_itself()
    {
        await using var site = await FakeSite.StartAsync();
        var page = await SignedInAsync(site);
        await site.StopAsync();
        await Expect(page.Locator("#connection-banner")).ToContainTextAsync("Not connected since");
        await site.RunAsync();
        await Expect(page.Locator("#connection-banner")).ToBeHiddenAsync();
        await page.Locator("html[data-interactive]").WaitForAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("dialog.search")).ToBeVisibleAsync();
    }

    public static TheoryData<string> Pages => ["/", "/apps", "/deploys", "/hosts", "/settings", "/settings?tab=users", "/settings?tab=teams", "/settings?tab=teams&open=default", "/not-here"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Pages_pass_axe_and_fit_in_light_and_dark_wide_and_narrow(string path)
    {
        await using var site = await FakeSite.StartAsync();
        site.Live.Set(Given.Snapshot([Given.App("web"), Given.App("worker", status: AppStatus.Degraded, replicas: 4)], [Given.Host("h1"), Given.Host("h2", Reachability.Unreachable)]));
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (400, ColorScheme.Light), (400, ColorScheme.Dark) })
        {
            var page = await SignedInAsync(site, width, scheme);
            await page.GotoAsync(path);
            await page.Locator("html[data-interactive]").WaitForAsync();
            await AssertCleanAsync(page, $"{path} at {width} in {scheme}");
            Assert.True(await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth") <= width, $"{path} is wider than {width} px");
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task A_host_that_leaves_and_the_plan_of_a_reboot_pass_axe_and_fit()
    {
        await using var site = await FakeSite.StartAsync();
        var web = Given.App("web", replicas: 2);
        site.Live.Set(Given.Snapshot([web], [Given.Host("h1") with { Availability = Availability.Draining, State = "Draining", Left = 3 }, Given.Host("h2")],
            [Given.Instance(web, 1, "h1"), Given.Instance(web, 1, "h2", InstanceState.Starting, epoch: 2), Given.Instance(web, 2, "h1")]));
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (400, ColorScheme.Dark) })
        {
            var page = await SignedInAsync(site, width, scheme);
            await page.GotoAsync("/hosts/h1");
            await page.Locator("html[data-interactive]").WaitForAsync();
            await page.Locator(".leaving summary").ClickAsync();
            await Expect(page.Locator(".leaving li").First).ToContainTextAsync("waits until its successor on h2 is ready");
            await AssertCleanAsync(page, $"a draining host at {width} in {scheme}");
            Assert.True(await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth") <= width, $"it is wider than {width} px");
            await page.PictureAsync($"drain-{width}");
            await page.GotoAsync("/hosts/h2");
            await page.Locator("html[data-interactive]").WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { NameString = "Planned reboot…" }).ClickAsync();
            await Expect(page.GetByLabel("Instances wait for it")).ToBeVisibleAsync();
            await AssertCleanAsync(page, $"the plan of a reboot at {width} in {scheme}");
            await page.PictureAsync($"reboot-{width}");
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task The_sign_in_page_passes_axe()
    {
        await using var site = await FakeSite.StartAsync();
        var page = await chromium.OpenAsync(400, address: site.Address);
        await page.GotoAsync("/sign-in");
        await AssertCleanAsync(page, "sign-in");
    }

    private async Task<IPage> SignedInAsync(FakeSite site, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await chromium.OpenAsync(width, scheme: scheme, address: site.Address);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(FakeSite.Email);
        await page.GetByLabel("Password").FillAsync(FakeSite.Password);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Sign in" }).ClickAsync();
        await page.Locator("html[data-interactive]").WaitForAsync();
        return page;
    }

    private static async Task AssertCleanAsync(IPage page, string where)
    {
        var found = (await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{where}: {v.Id}: {string.Join(" | ", v.Nodes.Take(2).Select(n => n.Html))}");
        Assert.Empty(found);
    }
}
