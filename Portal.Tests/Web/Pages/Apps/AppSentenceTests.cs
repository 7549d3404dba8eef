using Portal.Components.Pages.Apps;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class AppSentenceTests
{
    private static AppView Web(AppStatus status, RolloutStatus rollout) => Given.App("web", status: status, replicas: 2) with
    {
        Reason = "2 instances running; revision 2 was rolled back: exit code 3", Rollout = new RolloutView(Given.Rollout(2, rollout, "exit code 3")), RolloutGeneration = 2,
    };

    [Theory]
    [InlineData(AppStatus.Running, RolloutStatus.RolledBack, "2 of 2 instances running; nothing checks their health.")]
    [InlineData(AppStatus.Healthy, RolloutStatus.Cancelled, "2 of 2 instances running and healthy.")]
    [InlineData(AppStatus.Progressing, RolloutStatus.RollingBack, "Going back from revision 2 to 1.")]
    [InlineData(AppStatus.Degraded, RolloutStatus.RolledBack, "2 instances running; revision 2 was rolled back: exit code 3.")]
    [InlineData(AppStatus.Running, RolloutStatus.Succeeded, "2 instances running; revision 2 was rolled back: exit code 3.")]
    public void What_stands_beside_it_is_not_said_twice(AppStatus status, RolloutStatus rollout, string sentence) =>
        Assert.Equal(sentence, AppSentence.BesideRollout(Web(status, rollout)));

    [Fact]
    public void Alone_it_says_everything() => Assert.EndsWith("exit code 3.", AppSentence.Of(Web(AppStatus.Running, RolloutStatus.RolledBack)));
}
