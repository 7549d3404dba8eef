using Microsoft.Playwright;
using Portal.Tests.Browser;

namespace Portal.Tests.Bench.Pages;

/// <summary>What opening the page took.</summary>
internal sealed record Opening(double FirstPaint, double FirstRow, double Kilobytes);

/// <summary>How smooth scrolling was, in ms and percent.</summary>
internal sealed record Smoothness(double Longest, double PercentOver50);

/// <summary>Measures inside the browser, by its own clock: from what a person does to the frame that shows it.</summary>
internal sealed class AppsPageWatch
{
    // From an action to the first frame after the rows are others.
    private const string Answered =
        """
        async ([act, value]) => {
          const rows = () => [...document.querySelectorAll('table.data tbody tr a.row-link')].slice(0, 8).map(a => a.textContent).join();
          const before = rows();
          const begin = performance.now();
          if (act === 'sort') document.querySelector('table.data thead th button').click();
          else {
            const box = document.querySelector('.list-tools input');
            box.value = value;
            box.dispatchEvent(new Event('input', { bubbles: true }));
          }
          const changed = () => rows() !== before;
          if (!changed()) await new Promise((done, fail) => {
            const limit = setTimeout(() => fail(new Error('the rows stayed as they were')), 10000);
            const observer = new MutationObserver(() => { if (changed()) { observer.disconnect(); clearTimeout(limit); done(); } });
            observer.observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true, attributes: true });
          });
          await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
          return performance.now() - begin;
        }
        """;

    // 120 steps of 120 px, one a frame, and how long the frames were.
    private const string Scrolled =
        """
        async (selector) => {
          const box = document.querySelector(selector);
          const frames = [];
          let last = await new Promise(requestAnimationFrame);
          for (let step = 0; step < 120; step++) {
            box.scrollTop += 120;
            const now = await new Promise(requestAnimationFrame);
            frames.push(now - last);
            last = now;
          }
          box.scrollTop = 0;
          return frames;
        }
        """;

    private static readonly string[] Filters = ["app-004", "app-0017", "app-09", "app-033", "app-00001"];
    private readonly IPage _page;
    private readonly TcpProxy _wire;
    private readonly ICDPSession _network;
    private int _filtered;

    private AppsPageWatch(IPage page, TcpProxy wire, ICDPSession network) => (_page, _wire, _network) = (page, wire, network);

    public static async Task<AppsPageWatch> OfAsync(IPage page, TcpProxy wire)
    {
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        return new AppsPageWatch(page, wire, network);
    }

    /// <summary>Opens the page anew, with the browser's cache or without.</summary>
    public async Task<Opening> OpenAsync(bool cold)
    {
        if (cold)
        {
            await _network.SendAsync("Network.clearBrowserCache");
        }
        await _page.GotoAsync("about:blank");
        var before = _wire.Received;
        await _page.GotoAsync(new Uri(_wire.Address, "/apps").ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await _page.Locator("table.data tbody tr a.row-link").First.WaitForAsync();
        var row = await _page.EvaluateAsync<double>("() => performance.now()");
        await _page.Locator("html[data-interactive]").WaitForAsync();
        await _page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
        var paint = await _page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        await _page.WaitForTimeoutAsync(1000);
        return new Opening(paint, row, (_wire.Received - before) / 1024.0);
    }

    /// <summary>Sorts by the first column, the other way each time.</summary>
    public Task<double> SortAsync() => _page.EvaluateAsync<double>(Answered, new object[] { "sort", "" });

    /// <summary>Filters by another text each time.</summary>
    public Task<double> FilterAsync() => _page.EvaluateAsync<double>(Answered, new object[] { "filter", Filters[_filtered++ % Filters.Length] });

    /// <summary>Scrolls through some hundred rows.</summary>
    public async Task<Smoothness> ScrollAsync()
    {
        await _page.Locator(".list-tools input").FillAsync("");
        await _page.Locator(".table-box.tall").WaitForAsync();
        await _page.WaitForTimeoutAsync(500);
        return Of(await _page.EvaluateAsync<double[]>(Scrolled, ".table-box.tall"));
    }

    /// <summary>The same on a page without anything: what the machine itself makes of it.</summary>
    public async Task<double> ScrollNothingAsync()
    {
        await _page.SetContentAsync("<div id='box' style='height:500px;overflow:auto'><div style='height:50000px'></div></div>");
        return Of(await _page.EvaluateAsync<double[]>(Scrolled, "#box")).Longest;
    }

    private static Smoothness Of(double[] frames) => new(frames.Max(), 100.0 * frames.Count(f => f > 50) / frames.Length);
}
