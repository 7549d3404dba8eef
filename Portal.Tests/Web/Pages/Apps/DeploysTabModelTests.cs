using System.Collections.Immutable;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class DeploysTabModelTests
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 3);

    private static RevisionView Revision(int number, string image, string? digest = null, string? env = null) => new(number,
        new AppSpec { Image = image, Env = env is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add("KEY", env) },
        digest, Given.Now, "ada@example.org", null);

    private static DeploysTabModel Model(RolloutState last, int inForce, params RolloutState[] before)
    {
        var model = new DeploysTabModel();
        model.Apply([Revision(2, "nginx:1.28"), Revision(1, "nginx:1.27")], [.. before.Select(r => new RolloutView(r))]);
        model.Apply(Web with { Revision = inForce, Rollout = new RolloutView(last), RolloutGeneration = last.Generation }, [Given.Instance(Web, 1, "a"), Given.Instance(Web, 2, "a")]);
        return model;
    }

    [Theory]
    [InlineData(RolloutStatus.Progressing, 2, "on its way", "in force")]
    [InlineData(RolloutStatus.RollingBack, 2, "goes", "comes back")]
    [InlineData(RolloutStatus.RolledBack, 1, null, "in force")]
    [InlineData(RolloutStatus.Cancelled, 1, null, "in force")]
    [InlineData(RolloutStatus.Failed, 2, "asked for", "runs on")]
    [InlineData(RolloutStatus.Succeeded, 2, "in force", null)]
    public void Each_revision_says_its_part(RolloutStatus status, int inForce, string? newer, string? older)
    {
        var model = Model(Given.Rollout(5, status), inForce);
        Assert.Equal([newer, older], model.Rows.Select(r => r.Part));
        Assert.Equal([0, 2], model.Rows.Select(r => r.Instances));
    }

    [Fact]
    public void What_is_in_force_is_not_rolled_back_to()
    {
        Assert.Equal([false, true], Model(Given.Rollout(5, RolloutStatus.RolledBack), 1).Rows.Select(r => r.IsPresent));
        Assert.Equal([true, false], Model(Given.Rollout(5, RolloutStatus.Progressing), 2).Rows.Select(r => r.IsPresent));
    }

    [Fact]
    public void The_live_rollout_takes_the_place_of_what_was_read()
    {
        var model = Model(Given.Rollout(5, RolloutStatus.RolledBack, "exit code 3"), 1, Given.Rollout(5, RolloutStatus.Progressing), Given.Rollout(4, RolloutStatus.Cancelled));
        Assert.Equal([(5, RolloutStatus.RolledBack), (4, RolloutStatus.Cancelled)], model.Rows[0].Rollouts.Select(r => (r.Generation, r.Status)));
    }

    [Fact]
    public void Two_revisions_are_compared_in_the_order_that_was_asked_for()
    {
        var model = new DeploysTabModel();
        model.Apply([Revision(2, "nginx:1.28", "sha256:bb", "2"), Revision(1, "nginx:1.27", "sha256:aa", "1")], []);
        var found = model.Compare(2, 1, seesEnv: true)!;
        Assert.Equal([("image", "nginx:1.28", "nginx:1.27"), ("env.KEY", "2", "1"), ("image digest", "sha256:bb", "sha256:aa")], found.Changes.Select(c => (c.Path, c.Old, c.New)));
        Assert.Null(found.Note);
        Assert.Null(model.Compare(2, null, true));
        Assert.Null(model.Compare(2, 9, true));
    }

    [Fact]
    public void Who_may_not_see_env_is_told_that_it_is_left_out()
    {
        var model = new DeploysTabModel();
        model.Apply([Revision(2, "nginx:1.28", env: "(hidden)"), Revision(1, "nginx:1.27", env: "(hidden)")], []);
        var found = model.Compare(1, 2, seesEnv: false)!;
        Assert.Equal(["image"], found.Changes.Select(c => c.Path));
        Assert.Contains("hidden", found.Note);
    }

    [Fact]
    public void A_rollback_says_what_it_will_do()
    {
        var model = Model(Given.Rollout(5, RolloutStatus.Succeeded), 2);
        var ask = model.AskRollback(Web with { Revision = 2 }, Revision(1, "nginx:1.27", "sha256:aa"));
        Assert.Contains("Revision 1 replaces revision 2", ask.Text);
        Assert.Contains("at least 3 healthy, at most 4 present", ask.Text);
        Assert.Contains("as it was then", ask.Text);
        Assert.Equal(["image: nginx:1.28 → nginx:1.27"], ask.Steps);
    }
}
