using Portal.Core.State.Services;

namespace Portal.Tests.Core.State;

public sealed class HeardLinesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly HeardLines _heard = new();

    [Fact]
    public void What_is_given_again_is_known_and_what_is_a_little_out_of_order_is_not_taken_for_it()
    {
        Assert.Equal([true, true, true, true], Hear(10, 11, 11, 12));
        Assert.Equal([false, false], Hear(10, 11));
        Assert.Equal([true, false], Hear(11.5, 11.5));
        Assert.Equal(Start.AddSeconds(12), _heard.LastAt);
    }

    [Fact]
    public void What_is_read_anew_begins_behind_the_last_line_however_many_share_its_time()
    {
        Hear(10, 11, 11);
        _heard.Rewind();
        // Before the first that was heard others came, which were not wanted.
        Assert.Equal([false, false, false, false, true, true], Hear(9.9, 10, 11, 11, 11, 12));
        _heard.Rewind();
        Assert.Equal([true, true], Hear(13, 13));
    }

    [Fact]
    public void It_is_bounded_and_what_is_older_than_all_it_knows_is_backwards()
    {
        Assert.False(_heard.IsBackwards(Start));
        for (var i = 0; i < 2 * HeardLines.Most; i++)
        {
            Assert.True(_heard.IsNew(Start.AddTicks(i)));
        }
        Assert.False(_heard.IsNew(Start.AddTicks(2 * HeardLines.Most - HeardLines.Most / 4)));
        Assert.False(_heard.IsBackwards(Start.AddTicks(2 * HeardLines.Most - HeardLines.Most / 4)));
        Assert.True(_heard.IsBackwards(Start));
        Assert.False(_heard.IsNew(Start));

        _heard.Clear();
        Assert.True(_heard.IsNew(Start.AddHours(-1)));
    }

    private bool[] Hear(params double[] seconds) => [.. seconds.Select(s => _heard.IsNew(Start.AddSeconds(s)))];
}
