using System.Collections.Immutable;
using Microsoft.Playwright;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;
using Portal.Tests.Web;
using Portal.Tests.Web.Fakes;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The scaling of an app in a real browser: its target is dragged, tried on what is measured, reviewed and applied. Over fakes, decided on by the real rules.</summary>
public sealed class ScalingPagesTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private static readonly ScalingSpec s_policy = new()
    {
        Min = 2, Max = 10,
        Metrics =
        [
            new ScalingMetric { Kind = ScalingMetricKind.Cpu, Target = new ScalingTarget(60, true) },
            new ScalingMetric { Kind = ScalingMetricKind.Prometheus, Port = "http", Name = "http_requests_total", Rate = true, Target = new ScalingTarget(50) },
        ],
        Schedules = [new ScalingSchedule { Days = "mon-fri", From = TimeSpan.FromHours(8), To = TimeSpan.FromHours(20), TimeZone = "Europe/Berlin", Min = 6 }],
    };

    [Fact(Timeout = 300_000)]
    public async Task A_target_is_dragged_tried_reviewed_and_applied()
    {
        await using var site = await FakeSite.StartAsync();
        Load(site);
        var page = await chromium.SignedInAsync(site);
        await page.GoAsync("/apps/default/shop?tab=metrics");

        var line = page.Locator(".chart-target");
        await Expect(line).ToHaveAttributeAsync("aria-valuenow", "60", new() { Timeout = 30_000 });
        await Expect(page.Locator(".scaling-now")).ToContainTextAsync("automatic, 2 to 10");
        await Expect(page.Locator(".scaling-would")).ToContainTextAsync("Now: ");
        await Expect(page.Locator(".scaling-list tbody tr")).ToHaveCountAsync(4);
        await Expect(page.Locator(".scaling-list tbody tr").First).ToContainTextAsync("cpu 82 % where 60 % is the target");
        await page.LookAsync("scaling", 1100);

        await DragAsync(page, line);
        await FaultsAsync(page);
        await ApplyAsync(page, site);
    }

    private static async Task DragAsync(IPage page, ILocator line)
    {
        await line.ScrollIntoViewIfNeededAsync();
        var box = (await line.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2 + 50, new() { Steps = 6 });
        await page.Mouse.UpAsync();
        var cpu = page.GetByRole(AriaRole.Textbox, new() { Name = "CPU of each" });
        await Expect(cpu).Not.ToHaveValueAsync("60%", new() { Timeout = 30_000 });
        Assert.InRange(int.Parse((await cpu.InputValueAsync()).TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture), 5, 55);
        await Expect(page.Locator(".scaling-would")).ToContainTextAsync("With this draft: ");
        // To an exact place by the keyboard, which everybody can.
        await cpu.FillAsync("40%");
        await Expect(line).ToHaveAttributeAsync("aria-valuenow", "40", new() { Timeout = 30_000 });
        await line.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(cpu).ToHaveValueAsync("38%", new() { Timeout = 30_000 });
    }

    private static async Task FaultsAsync(IPage page)
    {
        await page.GetByLabel("At least", new() { Exact = true }).FillAsync("12");
        await page.GetByLabel("Of each", new() { Exact = true }).FillAsync("many");
        await page.GetByLabel("From", new() { Exact = true }).FillAsync("8 o'clock");
        await page.GetByLabel("Time zone").FillAsync("Berlin");
        await Expect(page.Locator(".field .fault")).ToHaveCountAsync(4, new() { Timeout = 30_000 });
        await page.GetByLabel("At least", new() { Exact = true }).ScrollIntoViewIfNeededAsync();
        await page.LookAsync("scaling-faults", 1100, all: false);
        await page.GetByLabel("At least", new() { Exact = true }).FillAsync("3");
        await page.GetByLabel("Of each", new() { Exact = true }).FillAsync("50");
        await page.GetByLabel("From", new() { Exact = true }).FillAsync("07:30");
        await page.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await Expect(page.Locator(".field .fault")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
    }

    private static async Task ApplyAsync(IPage page, FakeSite site)
    {
        site.Apps.Plan = new PlanView([new FieldChange("scaling.min", "2", "3", ChangeEffect.NoRestart), new FieldChange("scaling.metrics[0].target", "60%", "38%", ChangeEffect.NoRestart), new FieldChange("scaling.schedules[0].from", "08:00", "07:30", ChangeEffect.NoRestart)], [], []);
        await page.GetByRole(AriaRole.Button, new() { Name = "Review…" }).ClickAsync();
        await Expect(page.Locator("dialog.modal")).ToContainTextAsync("38%", new() { Timeout = 30_000 });
        await page.LookAsync("scaling-review", all: false);
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.Locator("dialog.modal")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        var put = site.Live.Current.Apps.Values.Single().Spec.Scaling!;
        Assert.Equal((3, new ScalingTarget(38, true), new TimeSpan(7, 30, 0)), (put.Min, put.Metrics[0].Target, put.Schedules[0].From));
        site.Scaling.Policy = put;
        await Expect(page.Locator(".scaling-now")).ToContainTextAsync("automatic, 3 to 10", new() { Timeout = 30_000 });
        await Expect(page.Locator(".scaling-would")).ToContainTextAsync("Now: ");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Review…" })).ToHaveCountAsync(0);
    }

    private static void Load(FakeSite site)
    {
        var app = Given.App("shop", status: AppStatus.Healthy, replicas: 6) with
        {
            Spec = new AppSpec { Image = "registry.example.org/shop:2.3", Scaling = s_policy, Ports = [new PortSpec("http", 8080)], Resources = new ResourcesSpec { LimitCpus = 1, LimitMemoryBytes = 512L << 20 } },
        };
        site.Live.Set(Given.Snapshot([app], [Given.Host("h1"), Given.Host("h2")], Enumerable.Range(1, 6).Select(n => Given.Instance(app, n, n % 2 == 0 ? "h1" : "h2"))));
        (site.Scaling.Policy, site.Scaling.LookedAt) = (s_policy, s_now);
        site.Scaling.Input = site.Scaling.Input with
        {
            Current = 6,
            Whole = new Resources(1, 512L << 20),
            Instances = [.. Enumerable.Range(1, 6).Select(slot => new ScaledInstance(InstanceId.Of(app.Id, slot, 1), slot, true, ImmutableSortedDictionary<string, ScalingFigure>.Empty
                .Add("cpu", new ScalingFigure(0.5 + slot * 0.02, s_now)).Add(s_policy.Metrics[1].Source, new ScalingFigure(40 + slot, s_now))))],
        };
        site.Scaling.Decisions.AddRange(
        [
            Decided(1, -52, 2, 3, ScalingWhy.Metric, "http_requests_total 71 a second where 50 a second is the target, on average of 2 instances over 30 s"),
            Decided(2, -31, 3, 2, ScalingWhy.Metric, "3 replicas were more than needed for 5m: cpu 31 % where 60 % is the target, on average of 3 instances over 30 s"),
            Decided(3, -12, 2, 4, ScalingWhy.StepLimit, "cpu 97 % where 60 % is the target, on average of 2 instances over 30 s; no more than twice as many in 15s", recommended: 5),
            Decided(4, -8, 4, 6, ScalingWhy.Metric, "cpu 82 % where 60 % is the target, on average of 4 instances over 30 s"),
        ]);
        site.Figures.Answers = Figures;
    }

    private static ScalingDecisionView Decided(long id, int minutes, int from, int to, ScalingWhy why, string reason, int? recommended = null) =>
        new(id, s_now.AddMinutes(minutes), from, to, recommended ?? to, why, reason, new ScalingDocument());

    /// <summary>A load that comes in two waves, and the replicas that followed it.</summary>
    private static MetricAnswer Figures(MetricQuery query)
    {
        var step = TimeSpan.FromSeconds(10);
        var first = new DateTimeOffset(query.From.UtcTicks - query.From.UtcTicks % step.Ticks, TimeSpan.Zero);
        var count = Math.Max(0, ((query.To < s_now ? query.To : s_now) - first).Ticks / step.Ticks);
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "default").Add("app", "shop");
        return new MetricAnswer(step, [new MetricSeries(labels, [.. Enumerable.Range(0, (int)count).Select(n => Point(first + n * step))])]);

        MetricPoint Point(DateTimeOffset at)
        {
            var minutes = (at - s_now).TotalMinutes;
            var replicas = minutes switch { < -12 => 2, < -8 => 4, _ => 6 };
            var each = (0.35 + 0.3 * Math.Exp(-Math.Pow((minutes + 12) / 2, 2)) + 0.2 * Math.Exp(-Math.Pow((minutes + 8) / 1.5, 2))) * (1 + 0.05 * Math.Sin(minutes * 9));
            return new MetricPoint(at, query.Metric switch { Metric.Instances => replicas, Metric.Cpu => each * replicas, Metric.Memory => (90 << 20) * (double)replicas, _ => 2000 * each * replicas });
        }
    }
}
