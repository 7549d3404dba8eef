using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Web;
using Portal.Tests.Web.Fakes;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>A connection that is cut for half a minute, as by a laptop that changes its network.</summary>
public sealed class CutTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_was_filtered_and_typed_outlives_it_and_the_page_says_meanwhile_that_it_is_stale()
    {
        await using var site = await FakeSite.StartAsync();
        site.Live.Set(Given.Snapshot([Given.App("web"), Given.App("worker")]));
        await using var wire = new TcpProxy(site.Address.Port);
        var list = await SignedInAsync(wire);
        var draft = await list.Context.NewPageAsync();
        await OpenAsync(list, "/apps");
        await list.GetByLabel("Filter apps by name, team or image").FillAsync("work");
        await Expect(list.Locator("a.row-link")).ToHaveTextAsync(["worker"]);
        await OpenAsync(draft, "/apps/new");
        await draft.GetByLabel("Image", new() { Exact = true }).FillAsync("registry.example/shop:2");
        await draft.GetByLabel("Name", new() { Exact = true }).FillAsync("shop");
        await list.EvaluateAsync("() => { window.sameDocument = true; }");
        await draft.EvaluateAsync("() => { window.sameDocument = true; }");

        wire.Cut();
        var cutAt = TimeProvider.System.GetTimestamp();
        foreach (var page in new[] { list, draft })
        {
            await Expect(page.Locator("#connection-banner")).ToContainTextAsync(new Regex(@"Not connected since .*may be old"));
        }
        site.Live.Set(Given.Snapshot([Given.App("web"), Given.App("worker"), Given.App("worker-2")]));
        await Task.Delay(Long - TimeProvider.System.GetElapsedTime(cutAt), TimeProvider.System, TestContext.Current.CancellationToken);
        await Expect(list.Locator("#connection-banner")).ToBeVisibleAsync();
        wire.Mend();

        foreach (var page in new[] { list, draft })
        {
            await Expect(page.Locator("#connection-banner")).ToBeHiddenAsync(new() { Timeout = 15_000 });
            Assert.True(await page.EvaluateAsync<bool>("() => window.sameDocument === true"), "The page was loaded anew.");
        }
        await Expect(list.Locator("a.row-link")).ToHaveTextAsync(["worker", "worker-2"]);
        await Expect(list.GetByLabel("Filter apps by name, team or image")).ToHaveValueAsync("work");
        await Expect(draft.GetByLabel("Image", new() { Exact = true })).ToHaveValueAsync("registry.example/shop:2");
        await Expect(draft.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("shop");
    }

    private async Task<IPage> SignedInAsync(TcpProxy wire)
    {
        var page = await chromium.OpenAsync(address: wire.Address);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(FakeSite.Email);
        await page.GetByLabel("Password").FillAsync(FakeSite.Password);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Sign in" }).ClickAsync();
        await page.Locator("html[data-interactive]").WaitForAsync();
        return page;
    }

    private static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.Locator("html[data-interactive]").WaitForAsync();
    }
}
