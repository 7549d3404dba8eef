using Microsoft.Playwright;

namespace Portal.Tests.Browser;

/// <summary>The machine's own Chromium, one for a class of tests; each test takes contexts of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is { } program)
        {
            // Machines that test are slow and busy; what is expected is waited for long before it counts as missing.
            Assertions.SetDefaultExpectTimeout(20_000);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program, Headless = true, ChromiumSandbox = false, Args = ["--disable-background-networking", "--disable-gpu"],
            });
        }
    }

    /// <summary>A page with storage of its own; skips the test where there is no browser.</summary>
    public async Task<IPage> OpenAsync(int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, Uri? address = null)
    {
        if (_browser is null)
        {
            Needs.SkipOrFail("There is no Chromium on this machine.");
        }

        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, BaseURL = address?.ToString(), IgnoreHTTPSErrors = true,
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
