using Bunit;
using Portal.Components.Pages.Apps.New;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class NewAppPageTests : PageContext
{
    [Fact]
    public void An_image_and_a_name_are_enough()
    {
        Live.Set(Given.Snapshot([]));
        var page = Open<NewAppPage>("/apps/new");
        page.Find("input[placeholder=web]").Input("web");
        page.Find("input[placeholder='nginx:1.27']").Input("nginx:1.27");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["put default/web nginx:1.27"], Apps.Calls));
        Assert.Equal("true", page.Find("button[type=submit]").GetAttribute("aria-busy"));
        var app = Live.Current.Apps.Values.Single();
        Live.Set(Live.Current with { Apps = Live.Current.Apps.SetItem(app.Id, app with { ObservedGeneration = app.Generation }) });
        page.WaitForAssertion(() => Assert.EndsWith("/apps/default/web", Navigation.Uri));
    }

    [Fact]
    public void Faults_of_name_and_spec_stand_at_their_fields_at_once()
    {
        Live.Set(Given.Snapshot([]));
        var page = Open<NewAppPage>("/apps/new");
        page.Find("input[placeholder=web]").Input("Not A Name");
        page.Find("form").Submit();
        Assert.Equal(2, page.FindAll(".field .fault").Count);
        Assert.Empty(Apps.Calls);
    }

    [Fact]
    public void A_refusal_of_the_service_is_shown_and_the_draft_stays()
    {
        Live.Set(Given.Snapshot([]));
        Apps.Refuse = new RefusedException(RefusalKind.Unprocessable, "The quota of default is 3 instances.", new Fault("replicas", "at most 3"));
        var page = Open<NewAppPage>("/apps/new");
        page.Find("input[placeholder=web]").Input("web");
        page.Find("input[placeholder='nginx:1.27']").Input("nginx:1.27");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("The quota of default", page.Find(".faults").TextContent));
        Assert.Contains("At most 3", page.Find(".field .fault").TextContent);
        Assert.Equal("web", page.Find("input[placeholder=web]").GetAttribute("value"));
    }
}
