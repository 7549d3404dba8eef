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

    [Theory]
    [InlineData(20, false)]
    [InlineData(16 * 1024, true)]
    public void The_last_line_of_a_file_comes_twice_but_pieces_of_a_long_one_are_alike(int length, bool isNew)
    {
        var text = new string('x', length);
        Assert.True(_heard.IsNew(Start, text));
        Assert.Equal(isNew, _heard.IsNew(Start, text));
        Assert.True(_heard.IsNew(Start, "another of the same time"));
    }

    [Fact]
    public void It_is_bounded_and_what_is_older_than_all_it_knows_is_backwards()
    {
        Assert.False(_heard.IsBackwards(Start));
        for (var i = 0; i < 2 * HeardLines.Most; i++)
        {
            Assert.True(_heard.IsNew(Start.AddTicks(i), "a"));
        }
        Assert.False(_heard.IsNew(Start.AddTicks(2 * HeardLines.Most - HeardLines.Most / 4), "a"));
        Assert.False(_heard.IsBackwards(Start.AddTicks(2 * HeardLines.Most - HeardLines.Most / 4)));
        Assert.True(_heard.IsBackwards(Start));
        Assert.False(_heard.IsNew(Start, "a"));

        _heard.Clear();
        Assert.True(_heard.IsNew(Start.AddHours(-1), "a"));
    }

    private bool[] Hear(params double[] seconds) => [.. seconds.Select((s, i) => _heard.IsNew(Start.AddSeconds(s), $"{i}"))];
}
