using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>A job, from its form to what its instances said.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class JobPagesTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    [Fact(Timeout = 180_000)]
    public async Task A_job_is_described_run_and_read()
    {
        var page = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await portal.StartAsync();
        await page.MakeFirstAccountAsync(portal);
        await page.AddHostsAsync(portal, hosts.All);

        await page.OpenAsync(portal, "/apps/new");
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("report");
        await page.GetByPlaceholder("nginx:1.27").FillAsync("test/busybox:1");
        await page.GetByLabel("It has", new() { Exact = true }).SelectOptionAsync("job");
        await page.GetByLabel("Completions").FillAsync("2");
        await page.GetByLabel("Schedule").FillAsync("0 3 1 1 *");
        await Expect(page.Locator("main")).ToContainTextAsync("1 Jan 03:00");
        await page.GetByText("as the image says").ClickAsync();
        await page.GetByLabel("Command").FillAsync("sh\n-c\necho part $PORTAL_SLOT");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("schedule: 0 3 1 1 *");
        await page.IsAccessibleAsync();
        await page.PictureAsync("job-form");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create app" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("report", new() { Timeout = 15_000 });

        await page.GetByRole(AriaRole.Link, new() { Name = "Runs", Exact = true }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("-01-01 03:00 UTC.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Succeeded", new() { Timeout = 30_000 });
        await page.IsAccessibleAsync();
        await page.FitsAsync();
        await page.PictureAsync("job-runs");

        await page.Locator("tbody tr").First.ClickAsync();
        await Expect(page.Locator("dialog tbody tr")).ToHaveCountAsync(2);
        await page.Locator("dialog tbody tr").Last.ClickAsync();
        await Expect(page.Locator("dialog .log-scroll")).ToContainTextAsync("part 2");
        await page.IsAccessibleAsync();
        await page.PictureAsync("job-run");
    }
}
