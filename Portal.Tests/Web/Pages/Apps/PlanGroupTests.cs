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

    [Theory]
    [InlineData(1, "Interrupts service for about 10 s, because its volume data can be written by one container at a time")]
    [InlineData(2, "Interrupts service: 2 containers, each for about 10 s, because its volume data can be written by one container at a time")]
    public void What_interrupts_says_for_how_long_and_why(int containers, string title)
    {
        var steps = Enumerable.Range(1, containers).Select(slot => new PlanStep("a", slot, $"replace replica {slot} on a", "interrupt"));
        var plan = new PlanView([], [.. steps], []) { Interruption = "for about 10 s, because its volume data can be written by one container at a time" };
        Assert.Equal(title, Assert.Single(PlanGroup.Of(plan)).Title);
    }

    [Fact]
    public void A_plan_without_steps_changes_nothing() => Assert.True(PlanGroup.ChangesNothing(new PlanView([], [], ["A note."])));
}
