using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;
using Portal.Tests.Web;
using Portal.Tests.Web.Fakes;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Alerts from the rule that looks for them to what their targets answered, in a real browser over fakes.</summary>
public sealed class AlertPagesTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private static readonly LocatorAssertionsToBeVisibleOptions s_soon = new() { Timeout = 30_000 };

    [Fact(Timeout = 300_000)]
    public async Task Rules_fire_are_silenced_and_their_targets_answers_are_shown()
    {
        await using var site = await FakeSite.StartAsync();
        site.Live.Set(Given.Snapshot([Given.App("web", status: AppStatus.Degraded, replicas: 3), Given.App("billing")], [Given.Host("h1"), Given.Host("h2", Reachability.Unreachable)]));
        var page = await chromium.SignedInAsync(site);

        await page.GoAsync("/alerts");
        await Expect(page.GetByText("Nothing fires")).ToBeVisibleAsync(s_soon);
        await MakeTargetsAsync(page, site);
        await MakeRulesAsync(page, site);
        await FireAsync(page, site);
        await SilenceAsync(page, site);
        await SeeNoticesAsync(page, site);
        await SetUpMailAsync(page);
    }

    private static async Task MakeTargetsAsync(IPage page, FakeSite site)
    {
        await page.GoAsync("/alerts?tab=targets");
        await Expect(page.GetByText("No target yet")).ToBeVisibleAsync(s_soon);
        await page.GetByLabel("Name").FillAsync("Ops Room");
        await page.GetByLabel("URL").FillAsync("hooks.example.org");
        await Button(page, "Add the target").ClickAsync();
        await Expect(page.Locator(".field .fault")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await page.GetByLabel("Name").FillAsync("ops-room");
        await page.GetByLabel("URL").FillAsync("https://hooks.example.org/services/T02/B7");
        await Button(page, "Add the target").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "ops-room", Exact = true })).ToBeVisibleAsync(s_soon);
        await Expect(page.Locator(".field .fault")).ToHaveCountAsync(0);
        await site.Alerts.PutTargetAsync(Given.Admin, new AlertScope("default"), "on-call", AlertTargetKind.Email, "on-call@example.org, lead@example.org", TestContext.Current.CancellationToken);

        site.Alerts.Answer = new NoticeAnswer(false, "Not sent: hooks.example.org leads to 10.0.3.7, inside Portal's own network; an administrator can allow it in the settings of alerts.");
        await Button(page, "Test ops-room").ClickAsync();
        await Expect(page.GetByText("ops-room did not take the test")).ToBeVisibleAsync(s_soon);
        await page.LookAsync("alert-targets", all: false);
    }

    private static async Task MakeRulesAsync(IPage page, FakeSite site)
    {
        await site.Alerts.PutRuleAsync(Given.Admin, AlertScope.Portal, new AlertRule { Name = "lost-host", Kind = AlertKind.HostState, States = ["Unreachable"], For = TimeSpan.FromSeconds(30), Severity = Severity.Error }, TestContext.Current.CancellationToken);
        await site.Alerts.PutRuleAsync(Given.Admin, new AlertScope("default"), new AlertRule { Name = "degraded", Kind = AlertKind.AppStatus, States = ["Degraded", "Failed"], For = TimeSpan.FromMinutes(1), Targets = ["on-call"] }, TestContext.Current.CancellationToken);
        await page.GoAsync("/alerts?tab=rules");
        await Button(page, "New rule").ClickAsync();
        var form = page.Locator("dialog.modal form");
        await form.GetByLabel("Of", new() { Exact = true }).SelectOptionAsync("default");
        await form.GetByLabel("Looks at").SelectOptionAsync("Metric");
        await form.GetByLabel("Name").FillAsync("Memory is high");
        await form.GetByLabel("Value").FillAsync("-5");
        await form.GetByLabel("For at least").FillAsync("soon");
        await Button(page, "Save the rule").ClickAsync();
        // All at once, whoever finds them: the form what cannot be read, the rules the rest.
        await Expect(form.Locator(".field .fault")).ToHaveCountAsync(3, new() { Timeout = 30_000 });
        await page.LookAsync("alert-rule");

        await form.GetByLabel("Name").FillAsync("memory-high");
        await form.GetByLabel("Value").FillAsync("85");
        await form.GetByLabel("For at least").FillAsync("5m");
        await form.GetByLabel("on-call").CheckAsync();
        await Button(page, "Save the rule").ClickAsync();
        await Expect(page.Locator("dialog.modal")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await Expect(Row(page, "memory-high")).ToContainTextAsync("memory of an instance of any app is above 85 % of its limit for 5m");
        await page.LookAsync("alert-rules", all: false);
    }

    private static async Task FireAsync(IPage page, FakeSite site)
    {
        await page.GoAsync("/alerts");
        await Expect(page.GetByText("Nothing fires")).ToBeVisibleAsync(s_soon);
        site.Alerts.Set(
            Alert("degraded", Severity.Warning, new AlertState { Subject = "app:default/web", Team = "default", App = "web", Phase = AlertPhase.Firing, Since = s_now.AddMinutes(-3), FiredAt = s_now.AddMinutes(-2), Reason = "default/web is Degraded: 2 of 3 replicas are ready, replica 3 fails its health check" }),
            Alert("lost-host", Severity.Error, new AlertState { Subject = "host:h2", Host = "h2", Phase = AlertPhase.Firing, Since = s_now.AddMinutes(-9), FiredAt = s_now.AddMinutes(-8), Reason = "Host h2 is Unreachable: connection refused for 8 min" }, team: null),
            Alert("memory-high", Severity.Warning, new AlertState { Subject = "instance:1", Team = "default", App = "billing", Host = "h1", Phase = AlertPhase.Pending, Since = s_now.AddMinutes(-1), Reason = "default/billing replica 1 on h1 uses 91.4 % of memory, above 85 %" }),
            Alert("degraded", Severity.Warning, new AlertState { Subject = "app:default/billing", Team = "default", App = "billing", Phase = AlertPhase.Resolved, Since = s_now.AddHours(-3), FiredAt = s_now.AddHours(-3), ResolvedAt = s_now.AddHours(-2), Reason = "default/billing is Failed: its rollout gave up" }));
        await Expect(Row(page, "lost-host")).ToContainTextAsync("Host h2 is Unreachable", new() { Timeout = 30_000 });
        await Expect(page.Locator(".page-head")).ToContainTextAsync("2 firing");
        await Expect(page.Locator(".bell .badge")).ToHaveTextAsync("2");
        await Expect(page.Locator(".toast")).ToHaveCountAsync(2);
        foreach (var toast in await page.Locator(".toast button").AllAsync())
        {
            await page.Locator(".toast button").First.ClickAsync();
        }
        await page.LookAsync("alerts");
        await page.GetByRole(AriaRole.Link, new() { Name = "Silence… default/web" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("tab=silences"), new() { Timeout = 30_000 });
    }

    private static async Task SilenceAsync(IPage page, FakeSite site)
    {
        await Expect(Box(page, "Rule")).ToHaveValueAsync("degraded", new() { Timeout = 30_000 });
        await Expect(Box(page, "App")).ToHaveValueAsync("web");
        await Box(page, "For").FillAsync("a while");
        await Button(page, "Silence").ClickAsync();
        await Expect(page.Locator(".field .fault")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await Box(page, "For").FillAsync("2h");
        await Box(page, "Because").FillAsync("the database moves tonight");
        await Button(page, "Silence").ClickAsync();
        await Expect(Row(page, "rule degraded")).ToContainTextAsync("the database moves tonight", new() { Timeout = 30_000 });
        Assert.Equal(("degraded", "web"), (site.Alerts.Silences.Single().Silence.Rule, site.Alerts.Silences.Single().Silence.App));
        await page.LookAsync("alert-silences", all: false);
        site.Alerts.Set([.. site.Alerts.Current.Select(a => a with { IsSilenced = a.State.Subject == "app:default/web" })]);
        await page.GoAsync("/alerts");
        await Expect(Row(page, "default/web")).ToContainTextAsync("silenced", new() { Timeout = 30_000 });
    }

    private static async Task SeeNoticesAsync(IPage page, FakeSite site)
    {
        await page.GoAsync("/alerts?tab=notices");
        await Expect(page.GetByText("Nobody was told anything yet")).ToBeVisibleAsync(s_soon);
        site.Alerts.Notices.AddRange(
        [
            Notice(1, "on-call", "degraded", "[firing] degraded: default/billing", TimeSpan.FromHours(-3), 1, sent: true, "250 2.0.0 Ok: queued as 4F1A2"),
            Notice(2, "on-call", "degraded", "[resolved] degraded: default/billing", TimeSpan.FromHours(-2), 3, sent: true, "250 2.0.0 Ok: queued as 51C09"),
            Notice(3, "on-call", "degraded", "[firing] degraded: default/web", TimeSpan.FromMinutes(-2), 2, sent: false, "The mail server answered: 451 4.3.0 Mailbox temporarily unavailable") with { NextTryAt = s_now.AddMinutes(1) },
            Notice(4, "ops-room", "memory-high", "[firing] memory-high: default/web on h1", TimeSpan.FromMinutes(-1), 20, sent: false, "410 Gone: this hook was removed"),
            Notice(5, "ops-room", "memory-high", "[firing] memory-high: default/billing on h1", TimeSpan.Zero, 0, sent: false, "") with { NextTryAt = s_now },
        ]);
        await Expect(Row(page, "4F1A2")).ToContainTextAsync("Accepted", new() { Timeout = 30_000 });
        await Expect(Row(page, "Mailbox temporarily unavailable")).ToContainTextAsync("Tried again");
        await Expect(Row(page, "this hook was removed")).ToContainTextAsync("Given up");
        await page.LookAsync("alert-notices");
    }

    private static async Task SetUpMailAsync(IPage page)
    {
        await page.GoAsync("/alerts?tab=settings");
        await Box(page, "Host").FillAsync("mail.example.org");
        await Box(page, "Port").FillAsync("mail");
        await Box(page, "Sender").FillAsync("nobody");
        await page.GetByLabel("Hosts, addresses and networks").FillAsync("10.0.0.0/99");
        await page.GetByLabel("Where people reach Portal").FillAsync("portal");
        await Button(page, "Save").ClickAsync();
        await Expect(page.Locator(".field .fault")).ToHaveCountAsync(4, new() { Timeout = 30_000 });
        await page.LookAsync("alert-settings", all: false);
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Box(IPage page, string name) => page.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex($@"^{name}\b") });

    private static ILocator Row(IPage page, string text) => page.Locator("tbody tr", new() { HasText = text });

    private static AlertView Alert(string rule, Severity severity, AlertState state, string? team = "default") => new()
    {
        Rule = rule, RuleTeam = team, TeamId = team is null ? null : Given.Team(team), Severity = severity, State = state with { RuleId = Given.IdOf(rule) },
    };

    private static AlertNoticeView Notice(long number, string target, string rule, string title, TimeSpan ago, int tries, bool sent, string answer) =>
        new(Given.IdOf($"notice {number}"), number, "default", target, rule, "app:default/web", title.Contains("resolved", StringComparison.Ordinal), title, s_now + ago, tries, null, sent ? s_now + ago : null, answer);
}
