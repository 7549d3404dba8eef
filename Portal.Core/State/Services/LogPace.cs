namespace Portal.Core.State.Services;

/// <summary>
/// Whether a followed stream still keeps up with its container. An engine whose reader is behind when it turns over a log file may leave a whole
/// file out, give another twice, or say nothing more: whoever falls behind must not go on following.
/// </summary>
internal sealed class LogPace(TimeProvider time)
{
    /// <summary>A log file of 10 MB takes an engine half a second to fill: what is seen within this is seen in time.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostBehind = TimeSpan.FromMilliseconds(500);
    internal const int MostLines = 5000;
    internal const int MostCharacters = 500_000;
    private const int Many = 20;
    private TimeSpan? _least;
    private long _windowAt = time.GetTimestamp();
    private int _lines;
    private int _linesBefore;
    private int _characters;

    /// <summary>Whether lines came so fast, when the last ones did, that a silence behind them is strange.</summary>
    public bool IsBusy => Math.Max(_lines, _linesBefore) >= Many;

    /// <summary>A line came.</summary>
    /// <param name="at">When it was written, by the clock of its host; how far that is off is learnt from the lines that came soonest.</param>
    /// <param name="length">Its length in characters.</param>
    /// <returns>Whether following keeps up.</returns>
    public bool KeepsUp(DateTimeOffset at, int length)
    {
        if (time.GetElapsedTime(_windowAt) > Window)
        {
            (_windowAt, _linesBefore, _lines, _characters) = (time.GetTimestamp(), _lines, 0, 0);
        }
        _lines++;
        _characters += length;
        var behind = time.GetUtcNow() - at;
        _least = _least < behind ? _least : behind;
        return behind - _least <= MostBehind && _lines <= MostLines && _characters <= MostCharacters;
    }
}
