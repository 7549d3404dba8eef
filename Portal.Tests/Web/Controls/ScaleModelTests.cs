using Portal.Components.Controls;

namespace Portal.Tests.Web.Controls;

public sealed class ScaleModelTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly List<int> _sent = [];
    private readonly ScaleModel _model;
    private Exception? _refusal;

    public ScaleModelTests()
    {
        _model = new ScaleModel(_clock, SendAsync, work => work());
        _model.Observe(3);
    }

    [Fact]
    public void Five_quick_clicks_are_one_change()
    {
        for (var i = 0; i < 5; i++)
        {
            _model.Step(1);
            _clock.Advance(ScaleModel.Quiet / 2);
        }

        Assert.Empty(_sent);
        _clock.Advance(ScaleModel.Quiet);
        Assert.Equal([8], _sent);
    }

    [Fact]
    public void Going_down_waits_three_seconds_and_can_be_undone()
    {
        _model.Step(-1);
        _clock.Advance(ScaleModel.UndoTime - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ScalePhase.Undoable, _model.Phase);
        _model.Undo();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_sent);
        Assert.Equal((ScalePhase.Idle, 3), (_model.Phase, _model.Shown));

        _model.Step(-1);
        _clock.Advance(ScaleModel.UndoTime);
        Assert.Equal([2], _sent);
    }

    [Fact]
    public async Task Going_to_zero_is_sent_only_after_a_yes()
    {
        _model.Wish(0);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ScalePhase.Asking, _model.Phase);
        Assert.Empty(_sent);

        await _model.ConfirmAsync();
        Assert.Equal([0], _sent);
    }

    [Fact]
    public void The_wish_is_shown_until_it_is_observed()
    {
        _model.Wish(6);
        _clock.Advance(ScaleModel.Quiet);
        Assert.Equal((ScalePhase.Sent, 6), (_model.Phase, _model.Shown));

        _model.Observe(4);
        Assert.Equal((ScalePhase.Sent, 6), (_model.Phase, _model.Shown));
        _model.Observe(6);
        Assert.Equal((ScalePhase.Idle, 6), (_model.Phase, _model.Shown));
    }

    [Fact]
    public void A_refusal_brings_the_observed_number_back()
    {
        _refusal = new InvalidOperationException();
        _model.Wish(6);
        _clock.Advance(ScaleModel.Quiet);
        Assert.Equal((ScalePhase.Idle, 3), (_model.Phase, _model.Shown));
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(99_999, ScaleModel.Most)]
    public void What_is_typed_is_kept_within_bounds(int typed, int shown)
    {
        _model.Wish(typed);
        Assert.Equal(shown, _model.Shown);
    }

    [Fact]
    public void Another_ones_change_shows_while_nothing_is_wished()
    {
        _model.Observe(9);
        Assert.Equal(9, _model.Shown);
        _model.Step(1);
        _model.Observe(5);
        Assert.Equal(10, _model.Shown);
    }

    public void Dispose() => _model.Dispose();

    private Task SendAsync(int replicas)
    {
        _sent.Add(replicas);
        return _refusal is null ? Task.CompletedTask : Task.FromException(_refusal);
    }
}
