using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What each walk through a new Portal begins with.</summary>
internal static class FirstSteps
{
    private const string Email = "ada@example.org";
    private const string Password = "a sentence is easier to remember";

    public static async Task MakeFirstAccountAsync(this IPage page, PortalProcess portal)
    {
        await page.GotoAsync(await portal.SetupLinkAsync());
        await page.IsAccessibleAsync();
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("The same again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
    }

    /// <summary>Sets the password of an account that somebody made, by its one-time link.</summary>
    public static async Task JoinAsync(this IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("The same again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
    }

    public static async Task SignInAsync(this IPage page, PortalProcess portal)
    {
        await page.GotoAsync(portal.Address.ToString());
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await page.IsAccessibleAsync();
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.Locator("button[type=submit]").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
    }

    public static async Task AddHostsAsync(this IPage page, PortalProcess portal, IReadOnlyList<TestHost> engines)
    {
        foreach (var engine in engines)
        {
            await page.OpenAsync(portal, "/hosts/add");
            await page.GetByLabel("Name").FillAsync(engine.Name);
            await page.GetByLabel("Endpoint").FillAsync(engine.TcpEndpoint);
            await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
            await Expect(page.Locator(".banner[data-tone=good]")).ToContainTextAsync("Docker");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add host" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex($"/hosts/{engine.Name}$"));
            await Expect(page.Locator(".page-head .status")).ToContainTextAsync("Ready");
        }
    }
}
