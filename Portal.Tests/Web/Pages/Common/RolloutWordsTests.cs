using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Common;

public sealed class RolloutWordsTests
{
    [Theory]
    [InlineData(RolloutStatus.Progressing, "Revision 2 replaces revision 1: why.")]
    [InlineData(RolloutStatus.Paused, "Revision 2 replaces revision 1, and holds: why.")]
    [InlineData(RolloutStatus.RollingBack, "Going back from revision 2 to 1: why.")]
    [InlineData(RolloutStatus.RolledBack, "Revision 2 was rolled back; revision 1 runs: why.")]
    [InlineData(RolloutStatus.Cancelled, "The rollout of revision 2 was cancelled; revision 1 runs: why.")]
    [InlineData(RolloutStatus.Failed, "Revision 2 failed and stays as far as it came; the rest runs revision 1: why.")]
    public void Each_standing_is_a_sentence_with_its_reason(RolloutStatus status, string sentence) =>
        Assert.Equal(sentence, RolloutWords.Sentence(Given.Rollout(1, status, "why.")));

    [Fact]
    public void A_first_rollout_names_no_revision_before_it()
    {
        var first = Given.Rollout(1, RolloutStatus.Progressing) with { From = null, To = 1, Base = 1 };
        Assert.Equal(("1", "Revision 1 is being rolled out."), (RolloutWords.Route(first), RolloutWords.Sentence(first)));
        Assert.Equal("Revision 1 failed.", RolloutWords.Outcome(first with { Status = RolloutStatus.Failed }));
        Assert.Equal("The rollout of revision 1 was cancelled.", RolloutWords.Outcome(first with { Status = RolloutStatus.Cancelled }));
    }

    [Fact]
    public void A_rollout_that_another_was_asked_for_after_is_not_the_last_one()
    {
        var app = Given.App("web") with { Rollout = new RolloutView(Given.Rollout(3, RolloutStatus.RolledBack)), RolloutGeneration = 3 };
        Assert.NotNull(RolloutWords.LastOf(app));
        Assert.Null(RolloutWords.LastOf(app with { RolloutGeneration = 4 }));
    }

    [Theory]
    [InlineData(1, 0, 6, "at least 6 healthy, at most 7 present")]
    [InlineData(0, 1, 6, "at least 5 healthy, at most 6 present")]
    [InlineData(0, 2, 1, "at least 0 healthy, at most 1 present")]
    public void Bounds_are_said_in_words(int surge, int unavailable, int wanted, string words) => Assert.Equal(words, RolloutWords.Within(new Bounds(surge, unavailable), wanted));
}
