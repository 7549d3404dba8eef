using System.Collections.Immutable;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class RolloutSummaryTests
{
    private static readonly RolloutState Moving = Given.Rollout(2, RolloutStatus.Progressing, "2 of 6 ready with the new revision") with { Available = 2 };

    private static AppView Web(RolloutState rollout, bool held = false) => Given.App("web", "shop", replicas: 6) with
    {
        Revision = 2, Rollout = new RolloutView(rollout), RolloutGeneration = 2, RolloutPaused = held,
    };

    private static RolloutSummary Of(RolloutState rollout, bool held = false) => RolloutSummary.Of(Web(rollout, held), [], [])!;

    [Fact]
    public void It_says_how_far_it_is_and_within_which_bounds()
    {
        var summary = Of(Moving);
        Assert.Equal((2, 6, "ready with revision 2"), (summary.Done, summary.Wanted, summary.Counted));
        Assert.Equal("at least 6 healthy, at most 7 present", summary.Bounds);
        Assert.Equal("Revision 2 replaces revision 1: 2 of 6 ready with the new revision.", summary.Sentence);
        Assert.Null(RolloutSummary.Of(Web(Moving) with { RolloutGeneration = 3 }, [], []));
    }

    [Fact]
    public void The_strictest_bounds_of_the_revisions_about_hold()
    {
        var port = new AppSpec { Image = "nginx:1.26", Ports = [new PortSpec("http", 80, 8080, "tcp", false)] };
        var summary = RolloutSummary.Of(Web(Moving), [], [new RevisionView(1, port, null, Given.Now, "ada", null), new RevisionView(7, port, null, Given.Now, "ada", null)])!;
        Assert.Equal("at least 5 healthy, at most 6 present", summary.Bounds);
    }

    [Fact]
    public void Going_back_counts_what_came_back()
    {
        var app = Web(Moving with { Status = RolloutStatus.RollingBack });
        ImmutableArray<InstanceView> instances = [Given.Instance(app, 1, "a"), Given.Instance(app, 2, "a", revision: 2), Given.Instance(app, 3, "a", InstanceState.Starting)];
        var summary = RolloutSummary.Of(app, instances, [])!;
        Assert.Equal((1, "ready with revision 1"), (summary.Done, summary.Counted));
    }

    public static TheoryData<RolloutStatus, bool, bool, string> Buttons => new()
    {
        { RolloutStatus.Progressing, false, false, "pause cancel" },
        { RolloutStatus.Paused, true, false, "resume cancel" },
        { RolloutStatus.Paused, false, true, "pause promote cancel" },
        { RolloutStatus.Paused, true, true, "resume promote cancel" },
        { RolloutStatus.RollingBack, false, false, "" },
        { RolloutStatus.RolledBack, false, false, "" },
        { RolloutStatus.Succeeded, true, false, "" },
    };

    [Theory]
    [MemberData(nameof(Buttons))]
    public void Only_what_fits_is_offered(RolloutStatus status, bool held, bool atStep, string offered)
    {
        var summary = Of(Given.Rollout(2, status) with { StepReachedAt = atStep ? Given.Now : null }, held);
        var buttons = new[] { (summary.CanPause, "pause"), (summary.CanResume, "resume"), (summary.CanPromote, "promote"), (summary.CanCancel, "cancel") };
        Assert.Equal(offered, string.Join(' ', buttons.Where(b => b.Item1).Select(b => b.Item2)));
        Assert.Equal(held, summary.WhyNoPromotion is not null);
    }

    [Fact]
    public void A_first_rollout_cannot_be_cancelled_and_says_why() =>
        Assert.Contains("nothing to go back to", Of(Moving with { From = null, To = 1, Base = 1 }).WhyNoCancelling);

    [Fact]
    public void Canary_steps_say_which_are_past()
    {
        var app = Web(Moving with { Step = 1 });
        app = app with { Spec = app.Spec with { Update = app.Spec.Update with { Canary = [new CanaryStep(10, TimeSpan.FromMinutes(10)), new CanaryStep(50, null)] } } };
        Assert.Equal([("10 %, then waits for 10m", "good", false), ("50 %, then waits until promoted", "work", true)],
            RolloutSummary.Of(app, [], [])!.Canary.Select(c => (c.Text, c.Tone, c.IsHere)));
    }
}
