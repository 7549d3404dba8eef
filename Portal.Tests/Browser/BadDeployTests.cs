using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>A deploy that cannot work, as its pages tell it: what runs serves on, and the reason stands where one looks.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine")]
public sealed class BadDeployTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    private const string Bad = "test/nowhere:1";
    private static readonly LocatorAssertionsToContainTextOptions Ends = new() { Timeout = 90_000 };

    [Fact(Timeout = 240_000)]
    public async Task An_image_that_is_nowhere_is_rolled_back_with_its_reason_on_every_page()
    {
        var engines = hosts.All;
        var page = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await portal.StartAsync();
        await page.MakeFirstAccountAsync(portal);
        await page.AddHostsAsync(portal, engines);
        await CreateAsync(page, portal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Change image…" }).ClickAsync();
        await page.Locator("#image-form input").FillAsync(Bad);
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await Expect(page.Locator(".rollout .meter")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await page.IsAccessibleAsync();
        await page.PictureAsync("rollout-under-way");
        await Expect(page.Locator(".rollout")).ToContainTextAsync("Revision 2 was rolled back; revision 1 runs.", Ends);
        await Expect(page.Locator(".rollout")).ToContainTextAsync(Bad);
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(2);
        await page.PictureAsync("rolled-back");

        foreach (var (at, said) in new[]
        {
            ("/apps/default/web?tab=config", "Revision 2 was rolled back; revision 1 runs."), ("/apps/default/web?tab=deploys&a=1&b=2", Bad), ("/deploys", Bad), ("/", "Revision 2 was rolled back"),
        })
        {
            await page.OpenAsync(portal, at);
            await Expect(page.Locator("main")).ToContainTextAsync(said);
            await page.IsAccessibleAsync();
            await page.FitsAsync();
        }
    }

    private static async Task CreateAsync(IPage page, PortalProcess portal)
    {
        await page.OpenAsync(portal, "/apps/new");
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("web");
        await page.GetByPlaceholder("nginx:1.27").FillAsync("test/web:1");
        await page.GetByLabel("Replicas", new() { Exact = true }).FillAsync("2");
        await page.GetByText("Updates and stopping", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Ready for").FillAsync("1s");
        await page.GetByLabel("Gives up after").FillAsync("30s");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("progressDeadline: 30s");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create app" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/apps/default/web$"));
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        // Its first rollout has ended, with success.
        await Expect(page.Locator(".rollout")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
    }
}
