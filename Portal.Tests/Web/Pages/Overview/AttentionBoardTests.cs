using Portal.Components.Live;
using Portal.Components.Pages.Overview;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Overview;

public sealed class AttentionBoardTests
{
    private static readonly Scope All = new(null, null);
    private static readonly LiveSnapshot Well = Given.Snapshot([Given.App("web")]);
    private static readonly LiveSnapshot Ill = Given.Snapshot([Given.App("web", status: AppStatus.Degraded)]);

    private readonly ManualClock _clock = new();

    [Fact]
    public void What_is_over_stays_a_moment_and_then_goes_by_itself()
    {
        using var board = new AttentionBoard(_clock, new LiveViews());
        var changes = 0;
        board.Changed += () => changes++;
        Assert.Single(board.Take(Ill, All));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(board.Take(Well, All));
        _clock.Advance(AttentionBoard.Stay - TimeSpan.FromSeconds(1));
        Assert.Single(board.Items);
        Assert.Equal(0, changes);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(board.Items);
        Assert.Equal(1, changes);
    }

    [Fact]
    public void An_app_that_crashes_and_comes_back_is_counted_throughout_once()
    {
        using var board = new AttentionBoard(_clock, new LiveViews());
        for (var round = 0; round < 5; round++)
        {
            Assert.Single(board.Take(Ill, All));
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Single(board.Take(Well, All));
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal("Failed", Assert.Single(board.Take(Given.Snapshot([Given.App("web", status: AppStatus.Failed)]), All)).State);
        }
    }

    [Fact]
    public void Another_scope_begins_anew()
    {
        using var board = new AttentionBoard(_clock, new LiveViews());
        board.Take(Ill, All);
        Assert.Empty(board.Take(Well, new Scope("shop", null)));
    }
}
