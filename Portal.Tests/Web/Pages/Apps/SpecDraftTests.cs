using Portal.Components.Pages.Apps.Drafts;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class SpecDraftTests
{
    private static readonly AppSpec Spec = new()
    {
        Image = "nginx:1.27",
        Env = new AppSpec { Image = "" }.Env.Add("PORT", "8080"),
        Ports = [new PortSpec("http", 80)],
        Resources = new ResourcesSpec { Reservations = new Resources(0.5, 64L << 20), LimitMemoryBytes = 256L << 20 },
        Health = new HealthSpec { Kind = HealthKind.Command, Command = ["test", "-f", "/ok"], Interval = TimeSpan.FromSeconds(1) },
    };

    [Fact]
    public void A_draft_begins_as_what_the_app_has_and_asks_for_the_same()
    {
        var draft = SpecDraft.Of(Spec, 3);
        Assert.False(draft.IsEdited);
        draft.Check();
        Assert.Empty(draft.Faults);
        Assert.Equal(Portal.Core.Domain.Specs.SpecCodec.Canonical(Spec), Portal.Core.Domain.Specs.SpecCodec.Canonical(draft.Request!.Spec));
        Assert.Equal(3, draft.Request.Replicas);
    }

    [Fact]
    public void Yaml_says_only_what_differs_from_the_defaults()
    {
        Assert.Equal(
            """
            image: nginx:1.27
            replicas: 3
            env:
              PORT: "8080"
            ports:
              - name: http
                containerPort: 80

            """, SpecDraft.Of(new AppSpec { Image = "nginx:1.27", Env = Spec.Env, Ports = Spec.Ports }, 3).Yaml);
    }

    [Fact]
    public void An_edit_in_one_view_shows_in_the_other()
    {
        var draft = SpecDraft.Of(Spec, 3);
        draft.Form.Replicas = "5";
        draft.FormEdited();
        Assert.Contains("replicas: 5", draft.Yaml);
        Assert.Equal(5, draft.Request!.Replicas);
        draft.YamlEdited(draft.Yaml.Replace("nginx:1.27", "nginx:1.28", StringComparison.Ordinal));
        Assert.Equal("nginx:1.28", draft.Form.Image);
        Assert.Equal("nginx:1.28", draft.Request.Spec.Image);
        Assert.Equal("http", Assert.Single(draft.Form.Ports).Name);
        Assert.True(draft.IsEdited);
    }

    [Fact]
    public void Every_fault_of_the_form_is_found_at_its_field()
    {
        var draft = SpecDraft.New();
        draft.Form.Replicas = "many";
        draft.Form.HealthKind = "command";
        draft.Form.HealthInterval = "soon";
        draft.Form.Ports.Add(new PortLine { Name = "HTTP", ContainerPort = "eighty" });
        draft.FormEdited();
        Assert.Null(draft.Request);
        foreach (var path in new[] { "image", "replicas", "health.interval", "health.command", "ports[0].name", "ports[0].containerPort" })
        {
            Assert.Contains(draft.Faults, f => f.Path == path);
        }
    }

    [Fact]
    public void Broken_yaml_keeps_the_text_and_leaves_the_form_behind()
    {
        var draft = SpecDraft.Of(Spec, 3);
        draft.YamlEdited("image: [");
        Assert.Equal("image: [", draft.Yaml);
        Assert.True(draft.FormIsBehind);
        Assert.Null(draft.Request);
        Assert.NotEmpty(draft.Faults);
        Assert.Equal("nginx:1.27", draft.Form.Image);
        draft.YamlEdited("image: busybox");
        Assert.False(draft.FormIsBehind);
        Assert.Equal("busybox", draft.Form.Image);
    }

    [Fact]
    public void What_works_later_is_said_to()
    {
        var draft = SpecDraft.New();
        draft.YamlEdited("image: a\nstack: shop\n");
        Assert.Null(draft.Request);
        Assert.NotEmpty(draft.Faults);
    }

    [Fact]
    public void A_draft_outlives_its_page_and_follows_the_app_until_it_is_edited()
    {
        var store = new DraftStore();
        var app = Given.App("web") with { Spec = Spec };
        var first = store.Of(app);
        Assert.Same(first, store.Of(app));
        var followed = store.Of(app with { Generation = 2 });
        Assert.NotSame(first, followed);
        followed.Spec.Form.Image = "mine";
        followed.Spec.FormEdited();
        Assert.Same(followed, store.Of(app with { Generation = 3 }));
        Assert.NotSame(followed, store.Reset(app with { Generation = 3 }));
    }
}
