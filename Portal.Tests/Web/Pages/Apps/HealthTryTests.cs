using Bunit;
using Portal.Components.Controls;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

/// <summary>The health editor of an app, and trying what is in it.</summary>
public sealed class HealthTryTests : PageContext
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 2) with
    {
        Spec = new AppSpec { Image = "nginx", Ports = [new PortSpec("http", 80)], Health = new HealthSpec { Kind = HealthKind.Http, Path = "/up" } },
    };

    private IRenderedComponent<AppPage> Open(AppView app, Actor? actor = null, params InstanceView[] instances)
    {
        Live.Set(Given.Snapshot([app], [Given.Host("a")], instances));
        return Open<AppPage>("/apps/shop/web?tab=config", actor, p => p.Add(x => x.Team, "shop").Add(x => x.Name, "web"));
    }

    private static AngleSharp.Dom.IElement TryButton(IRenderedComponent<AppPage> page) => page.FindAll("button").Single(b => b.TextContent.StartsWith("Try now", StringComparison.Ordinal));

    private static AngleSharp.Dom.IElement Input(IRenderedComponent<AppPage> page, string label) =>
        page.Find($"#{page.FindAll("label").Single(l => l.TextContent.Trim().StartsWith(label, StringComparison.Ordinal)).GetAttribute("for")}");

    [Fact]
    public void The_answer_of_a_running_instance_is_shown()
    {
        var page = Open(Web, null, Given.Instance(Web, 1, "a"), Given.Instance(Web, 2, "a"));
        TryButton(page).Click();
        page.WaitForAssertion(() => Assert.Contains("replica 2 on a: GET http://a.example.org:32769/up answered 200 (12 ms)", Status(page)));
        Assert.Contains("Passed", Status(page));
        Assert.Equal(["shop/web"], Trial.Calls);
        Assert.Null(Trial.Instance);

        Trial.Answer = Trial.Answer with { Ok = false, Answer = "GET http://a.example.org:32769/up answered 503" };
        page.Find("select[aria-label='Which instance is asked']").Change(InstanceId.Of(Web.Id, 1, 1).ToString());
        TryButton(page).Click();
        page.WaitForAssertion(() => Assert.Contains("answered 503", Status(page)));
        Assert.Contains("Failed", Status(page));
        Assert.Equal(InstanceId.Of(Web.Id, 1, 1), Trial.Instance);
    }

    [Fact]
    public void It_is_the_draft_that_is_tried()
    {
        var page = Open(Web, null, Given.Instance(Web, 1, "a"));
        Input(page, "Path").Input("/ready");
        Input(page, "Passing statuses").Input("204");
        Input(page, "Text in the answer").Input("fine");
        Input(page, "Successes").Input("2");
        TryButton(page).Click();
        page.WaitForAssertion(() => Assert.Single(Trial.Calls));
        Assert.Equal(("/ready", "204", "fine", 2), (Trial.Policy!.Path, Trial.Policy.Match.Status.ToString(), Trial.Policy.Match.Body, Trial.Policy.SuccessThreshold));

        Input(page, "Passing statuses").Input("fine");
        page.WaitForAssertion(() => Assert.Contains("Mend the faults first", TryButton(page).TextContent));
    }

    [Fact]
    public void A_refusal_is_told()
    {
        Trial.Refuse = new RefusedException(RefusalKind.Unprocessable, "web.1 publishes no tcp port named http.");
        var page = Open(Web, null, Given.Instance(Web, 1, "a"));
        TryButton(page).Click();
        page.WaitForAssertion(() => Assert.Contains("publishes no tcp port", Status(page)));
    }

    [Fact]
    public void Where_it_cannot_be_tried_the_button_says_why()
    {
        Assert.Contains("No instance of it runs", TryButton(Open(Web)).TextContent);
        Assert.Contains("Your role", TryButton(Open(Web, Given.Member("shop", TeamRole.Viewer), Given.Instance(Web, 1, "a"))).TextContent);
        Assert.Contains("Nothing checks its health", TryButton(Open(Web with { Generation = 2, Spec = Web.Spec with { Health = new HealthSpec() } }, null, Given.Instance(Web, 1, "a"))).TextContent);
    }

    [Fact]
    public void One_that_was_healthy_and_fails_now_is_not_shown_as_healthy()
    {
        var instance = Given.Instance(Web, 1, "a") with { Health = Health.Healthy };
        Assert.Equal("Healthy", Look.Of(instance).Word);
        Assert.Equal(("Not ready", "warn"), (Look.Of(instance with { Ready = false }).Word, Look.Of(instance with { Ready = false }).Tone));
        Assert.Equal("half", Assert.Single(ReplicaBlock.Of([instance with { Ready = false }], 1)).Form);
    }

    private static string Status(IRenderedComponent<AppPage> page) => page.Find("[aria-label='Try the health check'] [role=status]:last-child").TextContent;
}
