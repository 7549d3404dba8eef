using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Tests.EndToEnd;

namespace Portal.Tests.Browser;

/// <summary>How a page is looked at.</summary>
internal sealed record Viewing(ColorScheme Scheme, int Width)
{
    public static readonly Viewing[] All = [.. from width in new[] { 1280, 400 } from scheme in new[] { ColorScheme.Light, ColorScheme.Dark } select new Viewing(scheme, width)];

    /// <summary>As <c>light</c> or <c>dark-400</c>.</summary>
    public string Name => $"{Scheme.ToString().ToLowerInvariant()}{(Width == 1280 ? "" : $"-{Width}")}";
}

internal static class PageChecks
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("PORTAL_SCREENSHOTS") is { Length: > 0 } folder
        ? Path.GetFullPath(folder) : Repository.PathTo("artifacts", "screenshots");

    /// <summary>Goes to a page of a signed-in user and waits until its circuit answers.</summary>
    public static async Task OpenAsync(this IPage page, PortalProcess portal, string path)
    {
        await page.GotoAsync(new Uri(portal.Address, path).ToString());
        await page.Locator("html[data-interactive]").WaitForAsync();
    }

    /// <summary>No violation that axe calls serious or critical.</summary>
    public static async Task IsAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe();
        var serious = result.Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{v.Id} ({v.Impact}): {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}").ToList();
        Assert.True(serious.Count == 0, $"{page.Url}\n{string.Join('\n', serious)}");
    }

    /// <summary>Nothing makes the whole page scroll sideways.</summary>
    public static async Task FitsAsync(this IPage page)
    {
        var over = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(over <= 0, $"{page.Url} is {over} px wider than the window.");
    }

    /// <summary>A picture in the folder that PORTAL_SCREENSHOTS names, or among the artifacts.</summary>
    public static Task PictureAsync(this IPage page, string name)
    {
        Directory.CreateDirectory(Folder);
        return page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png") });
    }
}
