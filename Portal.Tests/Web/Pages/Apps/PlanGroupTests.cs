using Portal.Components.Pages.Apps.Drafts;
using Portal.Core.State.Services;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class PlanGroupTests
{
    [Fact]
    public void Steps_are_grouped_by_what_they_do_the_harshest_first()
    {
        var groups = PlanGroup.Of(new PlanView([],
        [
            new PlanStep(null, null, "Set the replicas to 3.", "noRestart"),
            new PlanStep("a", 1, "Start replica 1.", "restart"),
            new PlanStep("a", 1, "Stop the old replica 1.", "restart"),
            new PlanStep("b", 2, "Stop replica 2 before its successor starts, for its port is fixed.", "interrupt"),
        ], []));
        Assert.Equal(["Interrupts service: 1 container", "Restarts 1 container", "No restart"], groups.Select(g => g.Title));
        Assert.Equal([1, 2, 1], groups.Select(g => g.Steps.Length));
    }

    [Fact]
    public void A_plan_without_steps_changes_nothing() => Assert.True(PlanGroup.ChangesNothing(new PlanView([], [], ["A note."])));
}
