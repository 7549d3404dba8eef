using Portal.Components.Pages.Deploys;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Deploys;

public sealed class DeploysPageModelTests
{
    private readonly DeploysPageModel _model = new();

    private static RolloutView Of(string app, long generation, RolloutStatus status, string team = "shop") =>
        new(Given.Rollout(generation, status) with { StartedAt = Given.Now.AddMinutes(generation) }, team, app);

    private static AppView Live(string name, RolloutState rollout, string team = "shop") => Given.App(name, team) with { Rollout = new RolloutView(rollout), RolloutGeneration = rollout.Generation };

    [Fact]
    public void The_newest_comes_first_and_the_live_state_wins()
    {
        _model.Apply([Of("web", 2, RolloutStatus.Progressing), Of("web", 1, RolloutStatus.Succeeded), Of("mail", 3, RolloutStatus.Failed, "office")]);
        _model.Apply(Given.Snapshot([Live("web", Of("web", 2, RolloutStatus.RolledBack).State)]), scoped: false);
        Assert.Equal([("mail", 3, RolloutStatus.Failed), ("web", 2, RolloutStatus.RolledBack), ("web", 1, RolloutStatus.Succeeded)], _model.Rows.Select(r => (r.App, (int)r.State.Generation, r.State.Status)));
    }

    [Fact]
    public void The_list_is_read_again_when_a_rollout_begins_or_turns()
    {
        var rollout = Of("web", 2, RolloutStatus.Progressing).State;
        Assert.True(_model.Apply(Given.Snapshot([Live("web", rollout)]), false));
        Assert.False(_model.Apply(Given.Snapshot([Live("web", rollout with { Available = 1 })]), false));
        Assert.True(_model.Apply(Given.Snapshot([Live("web", rollout with { Status = RolloutStatus.RollingBack })]), false));
        Assert.True(_model.Apply(Given.Snapshot([Live("web", rollout with { Generation = 3 })]), false));
        Assert.False(_model.Apply(Given.Snapshot([]), false));
    }

    [Fact]
    public void A_scope_keeps_the_rollouts_of_its_apps()
    {
        _model.Apply([Of("web", 1, RolloutStatus.Succeeded), Of("mail", 1, RolloutStatus.Succeeded, "office")]);
        _model.Apply(Given.Snapshot([Given.App("web", "shop")]), scoped: true);
        Assert.Equal(["web"], _model.Rows.Select(r => r.App));
        _model.Apply(Given.Snapshot([Given.App("web", "shop"), Given.App("mail", "office")]), scoped: false);
        Assert.Equal(2, _model.Total);
    }

    [Fact]
    public void Facets_count_what_the_others_leave()
    {
        _model.Apply([Of("web", 1, RolloutStatus.Succeeded), Of("web", 2, RolloutStatus.RolledBack), Of("mail", 3, RolloutStatus.RolledBack, "office")]);
        _model.Apply(_model.Filter.Toggle("status", "Rolled back"));
        Assert.Equal([3L, 2L], _model.Rows.Select(r => r.State.Generation));
        Assert.Equal([("Rolled back", 2, true), ("Succeeded", 1, false)], _model.Facets[0].Values.Select(v => (v.Value, v.Count, v.Selected)));
        _model.Apply(_model.Filter.Toggle("teams", "office"));
        Assert.Equal(["mail"], _model.Rows.Select(r => r.App));
        _model.Apply(new DeploysFilter { Text = "WEB" });
        Assert.Equal([2L, 1L], _model.Rows.Select(r => r.State.Generation));
    }

    [Fact]
    public void Nothing_jumps_under_the_pointer()
    {
        _model.Apply([Of("web", 1, RolloutStatus.Progressing)]);
        _model.Hold(true);
        _model.Apply([Of("web", 1, RolloutStatus.Succeeded), Of("web", 2, RolloutStatus.Progressing)]);
        Assert.Equal([(1L, RolloutStatus.Succeeded), (2L, RolloutStatus.Progressing)], _model.Rows.Select(r => (r.State.Generation, r.State.Status)));
        _model.Hold(false);
        Assert.Equal([2L, 1L], _model.Rows.Select(r => r.State.Generation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=web&status=Paused,RolledBack&teams=office,shop")]
    public void The_url_restores_the_filters(string query)
    {
        var written = QueryText.Write(DeploysFilter.Read(QueryText.Read(query)).Write());
        Assert.Equal(query, Uri.UnescapeDataString(written));
    }
}
