using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Deploys as their pages tell and steer them, over real engines.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class DeployPagesTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    private const string Bad = "test/nowhere:1";
    private static readonly LocatorAssertionsToContainTextOptions Ends = new() { Timeout = 90_000 };

    [Fact(Timeout = 240_000)]
    public async Task An_image_is_pulled_first_and_one_that_is_nowhere_is_rolled_back_with_its_reason_on_every_page()
    {
        var engines = hosts.All;
        var page = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await BeginAsync(page, portal, engines);
        await FillAsync(page, portal);
        await CreateAsync(page);

        await using var registry = await TestRegistry.StartAsync();
        var good = await registry.PushNewAsync(engines[0], "test/web:2", "web:next");
        using (registry.HoldBlobs())
        {
            await DeployAsync(page, good);
            await Expect(page.Locator(".rollout .pulls tbody tr").First).ToContainTextAsync("Pulling", new() { Timeout = 20_000 });
            await Expect(page.Locator(".rollout > .body > .line .meter")).ToBeVisibleAsync();
            await page.IsAccessibleAsync();
            await page.FitsAsync();
            await page.PictureAsync("rollout-pulls");
        }
        await Expect(page.Locator(".rollout")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        await DeployAsync(page, Bad);
        await Expect(page.Locator(".rollout")).ToContainTextAsync("Revision 3 was rolled back; revision 2 runs.", Ends);
        await Expect(page.Locator(".rollout")).ToContainTextAsync(Bad);
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(2);
        await page.PictureAsync("rolled-back");

        foreach (var (at, said) in new[]
        {
            ("/apps/default/web?tab=config", "Revision 3 was rolled back; revision 2 runs."), ("/apps/default/web?tab=deploys&a=2&b=3", Bad), ("/deploys", Bad), ("/", "Revision 3 was rolled back"),
        })
        {
            await page.OpenAsync(portal, at);
            await Expect(page.Locator("main")).ToContainTextAsync(said);
            await page.IsAccessibleAsync();
            await page.FitsAsync();
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task A_canary_waits_until_it_is_promoted_and_what_ran_before_comes_back()
    {
        var engines = hosts.All;
        var page = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await BeginAsync(page, portal, engines);
        await FillAsync(page, portal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add canary step" }).ClickAsync();
        await page.GetByLabel("At percent").FillAsync("50");
        await page.GetByLabel("It waits").SelectOptionAsync("manual");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("pause: manual");
        await CreateAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Pull and redeploy" }).ClickAsync();
        var rollout = page.Locator(".rollout");
        await Expect(rollout).ToContainTextAsync("1 of 2 ready with revision 2", Ends);
        await Expect(page.Locator("#leaving-1")).ToContainTextAsync("Revision 1 (old)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await Expect(rollout).ToHaveCountAsync(0, new() { Timeout = 30_000 });

        await page.OpenAsync(portal, "/apps/default/web?tab=deploys");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("in force");
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to this" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to revision 1" }).ClickAsync();
        await Expect(page.Locator("tbody tr").Last).ToContainTextAsync("on its way", Ends);
        await page.OpenAsync(portal, "/apps/default/web");
        await Expect(rollout).ToContainTextAsync("1 of 2 ready with revision 1", Ends);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Go back to revision 2" }).ClickAsync();
        await Expect(rollout).ToContainTextAsync("The rollout of revision 1 was cancelled; revision 2 runs.", Ends);
        await page.IsAccessibleAsync();
    }

    private static async Task DeployAsync(IPage page, string image)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Change image…" }).ClickAsync();
        await page.Locator("#image-form input").FillAsync(image);
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
    }

    private static async Task BeginAsync(IPage page, PortalProcess portal, IReadOnlyList<TestHost> engines)
    {
        await portal.StartAsync();
        await page.MakeFirstAccountAsync(portal);
        await page.AddHostsAsync(portal, engines);
    }

    private static async Task FillAsync(IPage page, PortalProcess portal)
    {
        await page.OpenAsync(portal, "/apps/new");
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("web");
        await page.GetByPlaceholder("nginx:1.27").FillAsync("test/web:1");
        await page.GetByLabel("Replicas", new() { Exact = true }).FillAsync("2");
        await page.GetByText("Updates and stopping", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Ready for").FillAsync("1s");
        await page.GetByLabel("Gives up after").FillAsync("30s");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("progressDeadline: 30s");
    }

    /// <summary>Makes the app, and sees its first rollout through.</summary>
    private static async Task CreateAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Create app" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/apps/default/web$"));
        await Expect(page.Locator(".slot[data-tone=run]")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Expect(page.Locator(".rollout")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
    }
}
