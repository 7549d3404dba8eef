using Microsoft.Playwright;
using Portal.Tests.Web;

namespace Portal.Tests.Browser;

/// <summary>What walks through pages over fakes share.</summary>
internal static class FakePages
{
    /// <summary>A page whose user is signed in.</summary>
    public static async Task<IPage> SignedInAsync(this Chromium chromium, FakeSite site)
    {
        var page = await chromium.OpenAsync(address: site.Address);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(FakeSite.Email);
        await page.GetByLabel("Password").FillAsync(FakeSite.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.Locator("html[data-interactive]").WaitForAsync();
        return page;
    }

    /// <summary>Goes to a page and waits until its circuit answers.</summary>
    public static async Task GoAsync(this IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.Locator("html[data-interactive]").WaitForAsync();
    }

    /// <summary>Checks and pictures what is on screen now in every viewing, or in the two that differ most, and comes back to the first.</summary>
    public static async Task LookAsync(this IPage page, string name, int height = 800, bool all = true)
    {
        foreach (var viewing in all ? Viewing.All : [Viewing.All[0], Viewing.All[^1]])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = viewing.Scheme });
            await page.SetViewportSizeAsync(viewing.Width, viewing.Width == 1280 ? height : 860);
            await page.IsAccessibleAsync();
            await page.FitsAsync();
            await page.PictureAsync($"{name}-{viewing.Name}");
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(1280, 800);
    }
}
