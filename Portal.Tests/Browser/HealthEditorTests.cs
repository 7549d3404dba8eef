using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Core.Domain;
using Portal.Tests.Web;
using Portal.Tests.Web.Fakes;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The health policy's part of the form, and trying it, in a real browser over fakes.</summary>
public sealed class HealthEditorTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task It_fits_passes_axe_and_shows_what_an_instance_answers(int width, ColorScheme scheme)
    {
        await using var site = await FakeSite.StartAsync();
        var app = Given.App("web", replicas: 2) with
        {
            Spec = new AppSpec { Image = "nginx", Ports = [new PortSpec("http", 80)], Health = new HealthSpec { Kind = HealthKind.Http, Path = "/up", Match = new HealthMatch { Body = "ok" }, Headers = new HealthSpec().Headers.Add("Host", "shop.example") } },
        };
        site.Live.Set(Given.Snapshot([app], [Given.Host("a")], [Given.Instance(app, 1, "a"), Given.Instance(app, 2, "a")]));
        var page = await chromium.OpenAsync(width, 1400, scheme, site.Address);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(FakeSite.Email);
        await page.GetByLabel("Password").FillAsync(FakeSite.Password);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Sign in" }).ClickAsync();
        await page.Locator("html[data-interactive]").WaitForAsync();
        await page.GotoAsync("/apps/default/web?tab=config");
        await page.Locator("html[data-interactive]").WaitForAsync();

        await page.GetByText("Health and restarts").ClickAsync();
        await Expect(page.GetByLabel("Passing statuses")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Text in the answer")).ToHaveValueAsync("ok");
        await Expect(page.GetByLabel("Header", new() { Exact = true })).ToHaveValueAsync("Host");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Try now" }).ClickAsync();
        await Expect(page.GetByText("replica 2 on a: GET http://a.example.org:32769/up answered 200")).ToBeVisibleAsync();

        await page.PictureAsync($"health-{scheme.ToString().ToLowerInvariant()}-{width}");
        Assert.Empty((await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join(" | ", v.Nodes.Take(2).Select(n => n.Html))}"));
        Assert.True(await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth") <= width, $"wider than {width} px");
    }
}
