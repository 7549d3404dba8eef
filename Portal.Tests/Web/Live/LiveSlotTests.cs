using Portal.Components.Live;
using Portal.Core.State.Live;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Live;

public sealed class LiveSlotTests
{
    private readonly ManualClock _clock = new();
    private readonly FakeLiveState _live = new();
    private readonly List<long> _shown = [];

    [Fact]
    public void A_burst_is_shown_once_and_the_newest_wins()
    {
        using var slot = Slot();
        Put(100);
        _clock.Advance(TimeSpan.Zero);
        Assert.Equal([_live.Current.Version], _shown);

        Put(50);
        _clock.Advance(LiveSlot.Pause);
        Assert.Equal(2, _shown.Count);
        Assert.Equal(_live.Current.Version, _shown[^1]);
    }

    [Fact]
    public void It_shows_at_most_four_times_a_second()
    {
        using var slot = Slot();
        for (var i = 0; i < 100; i++)
        {
            Put(1);
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.InRange(_shown.Count, 7, 9);
    }

    [Fact]
    public void While_it_is_being_shown_nothing_else_is()
    {
        var gate = new TaskCompletionSource();
        using var slot = new LiveSlot(_live, _clock, snapshot =>
        {
            _shown.Add(snapshot.Version);
            return gate.Task;
        });
        Put(1);
        _clock.Advance(LiveSlot.Pause);
        Put(1);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(_shown);

        gate.SetResult();
        _clock.Advance(LiveSlot.Pause);
        Assert.Equal(_live.Current.Version, _shown[^1]);
    }

    [Fact]
    public void After_the_page_nothing_is_shown_and_nobody_listens()
    {
        var slot = Slot();
        Put(1);
        slot.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_shown);
        Assert.Equal(0, _live.Readers);
    }

    private LiveSlot Slot() => new(_live, _clock, snapshot =>
    {
        _shown.Add(snapshot.Version);
        return Task.CompletedTask;
    });

    private void Put(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _live.Set(new LiveSnapshot());
        }
    }
}
