using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>An app with an init container and a sidecar, made by the form and looked at in its drawer.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine"), Trait("hosts", "second")]
public sealed class GroupPagesTests(TestHosts hosts, Chromium chromium) : IClassFixture<Chromium>
{
    [Fact(Timeout = 180_000)]
    public async Task Further_containers_are_written_in_the_form_and_seen_in_the_drawer()
    {
        var engines = hosts.All;
        var page = await chromium.OpenAsync();
        await using var portal = new PortalProcess();
        await portal.StartAsync();
        await page.MakeFirstAccountAsync(portal);
        await page.AddHostsAsync(portal, [engines[0]]);
        await page.OpenAsync(portal, "/apps/new");
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("web");
        await page.GetByPlaceholder("nginx:1.27").FillAsync("test/web:1");
        var init = await AddAsync(page, "Init containers", "Add init container", "fetch", "echo\nfetched");
        var sidecar = await AddAsync(page, "Sidecars", "Add sidecar", "log", "/bin/forever");
        await sidecar.GetByText("More of it").ClickAsync();
        await sidecar.GetByLabel("Health is asked").SelectOptionAsync("command");
        await sidecar.GetByLabel("Check").FillAsync("true");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("kind: command");
        await Expect(init.Locator("legend")).ToHaveTextAsync("fetch");
        await page.IsAccessibleAsync();
        await page.FitsAsync();
        await init.Locator("legend").ScrollIntoViewIfNeededAsync();
        await page.PictureAsync("sidecar-form");
        await page.SetViewportSizeAsync(400, 900);
        await page.FitsAsync();
        await page.PictureAsync("sidecar-form-400");
        await page.SetViewportSizeAsync(1280, 900);

        await page.GetByRole(AriaRole.Button, new() { Name = "Create app" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/apps/default/web$"));
        await Expect(page.Locator(".page-head")).ToContainTextAsync("Healthy", new() { Timeout = 60_000 });
        await Expect(page.Locator(".slot[data-tone=good]")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await page.OpenAsync(portal, "/apps/default/web?tab=instances");
        await page.Locator("tbody tr button.link").First.ClickAsync();
        var drawer = page.Locator("dialog");
        await Expect(drawer.Locator("tbody tr").Filter(new() { HasText = "fetch" })).ToContainTextAsync("Completed");
        await Expect(drawer.Locator("tbody tr").Filter(new() { HasText = "sidecar" })).ToContainTextAsync("Healthy");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "fetch" }).ClickAsync();
        await Expect(drawer.Locator(".log-scroll")).ToContainTextAsync("fetched");
        await page.IsAccessibleAsync();
        await page.FitsAsync();
        await page.PictureAsync("containers");
        await page.SetViewportSizeAsync(400, 900);
        await page.FitsAsync();
        await page.PictureAsync("containers-400");
    }

    private static async Task<ILocator> AddAsync(IPage page, string section, string add, string name, string command)
    {
        await page.GetByText(section, new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = add, Exact = true }).ClickAsync();
        var part = page.Locator("details.section").Filter(new() { HasText = section }).Locator("fieldset.part").Last;
        await part.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await part.GetByLabel("Image", new() { Exact = true }).FillAsync("test/busybox:1");
        await part.GetByLabel("Command", new() { Exact = false }).First.FillAsync(command);
        await part.GetByLabel("Name", new() { Exact = true }).FocusAsync();
        return part;
    }
}
