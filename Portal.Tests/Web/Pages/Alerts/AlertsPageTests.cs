using Bunit;
using Portal.Components.Layout;
using Portal.Components.Pages.Alerts;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Alerts;

public sealed class AlertsPageTests : PageContext
{
    private static readonly AlertView s_firing = new()
    {
        Rule = "broken", RuleTeam = "default", TeamId = Given.Team("default"), Severity = Severity.Error,
        State = new AlertState { Subject = "app:default/web", Team = "default", App = "web", Phase = AlertPhase.Firing, Since = Given.Now, FiredAt = Given.Now, Reason = "default/web is Degraded: 1 of 2 is ready" },
    };

    [Fact]
    public void What_fires_stands_there_with_its_reason_and_a_way_to_its_cause()
    {
        Alerts.Set(s_firing);
        var page = Open<AlertsPage>("/alerts");

        Assert.Contains("default/web is Degraded: 1 of 2 is ready", page.Markup, StringComparison.Ordinal);
        Assert.Equal("/apps/default/web", page.Find("tbody a").GetAttribute("href"));
        Alerts.Set();
        page.WaitForAssertion(() => Assert.Contains("Nothing fires", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void The_bell_counts_and_a_new_one_is_a_toast_for_those_who_may_see_it()
    {
        var bell = Render<AlertBell>(p => p.Add(b => b.Actor, Given.Member("default", TeamRole.Viewer)));
        Alerts.Set(s_firing, s_firing with { Rule = "host", RuleTeam = null, TeamId = null });

        bell.WaitForAssertion(() => Assert.Equal("1", bell.Find(".badge").TextContent));
        Assert.Equal("default/web is Degraded: 1 of 2 is ready. (broken)", Toasts);
    }

    [Fact]
    public async Task A_rule_is_made_with_the_form()
    {
        await Alerts.PutTargetAsync(Given.Admin, AlertScope.Portal, "ops", AlertTargetKind.Webhook, "https://hooks.example.org/x", Xunit.TestContext.Current.CancellationToken);
        var page = Open<AlertsPage>("/alerts?tab=rules");
        await page.WaitForElement("button.primary").ClickAsync(new());
        await page.Find("select").ChangeAsync(new() { Value = "" });
        page.FindAll("input[type=text]").First(i => i.GetAttribute("placeholder") == "web-degraded").Input("down");
        await page.Find("form").SubmitAsync();

        var rule = Assert.Single(Alerts.Rules).Rule;
        Assert.Equal(("down", AlertKind.AppStatus, TimeSpan.FromMinutes(1)), (rule.Name, rule.Kind, rule.For));
        Assert.Equal(["Failed", "Degraded"], rule.States);
        Assert.Contains("any app is Failed or Degraded for 1m", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_shows_the_targets_answer()
    {
        await Alerts.PutTargetAsync(Given.Admin, AlertScope.Portal, "ops", AlertTargetKind.Webhook, "http://10.0.0.1/x", Xunit.TestContext.Current.CancellationToken);
        Alerts.Answer = new NoticeAnswer(false, "Not sent: 10.0.0.1 is inside");
        var page = Open<AlertsPage>("/alerts?tab=targets");
        await page.WaitForElements("tbody button").First(b => b.TextContent.StartsWith("Test", StringComparison.Ordinal)).ClickAsync(new());

        page.WaitForAssertion(() => Assert.Contains("Not sent: 10.0.0.1 is inside", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Viewers_see_rules_and_cannot_change_them()
    {
        var page = Open<AlertsPage>("/alerts?tab=rules&team=default", Given.Member("default", TeamRole.Viewer));

        page.WaitForAssertion(() => Assert.Equal("true", page.Find("button.primary").GetAttribute("aria-disabled")));
        Assert.DoesNotContain("Settings", page.Find("nav.tabs").TextContent, StringComparison.Ordinal);
    }
}
