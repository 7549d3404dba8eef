namespace Portal.Core.State.Services;

/// <summary>
/// Which lines of one container's stream were heard already, known by their times, which engines tell to the nanosecond: what is read again,
/// by Portal to leave nothing out or by an engine that turned over its log file, is not told twice.
/// </summary>
internal sealed class HeardLines
{
    /// <summary>More than come within the little that lines are out of order.</summary>
    internal const int Most = 1 << 15;

    /// <summary>The two outputs of a container are stamped by themselves, and come a little out of order, but not so much.</summary>
    private static readonly TimeSpan MostOutOfOrder = TimeSpan.FromSeconds(1);

    /// <summary>An engine cuts a line into messages of 16 KB.</summary>
    private const int EngineCutsAt = 16 * 1024;

    // In order.
    private readonly List<long> _times = [];
    private int _again;
    private bool _isAgain;
    private bool _isCut;
    private string _lastText = "";

    /// <summary>The time of the latest line; null if none was heard.</summary>
    public DateTimeOffset? LastAt => _times.Count == 0 ? null : new DateTimeOffset(_times[^1], TimeSpan.Zero);

    /// <summary>What comes next is read anew, from a little before the latest line.</summary>
    public void Rewind()
    {
        _isAgain = _times.Count > 0;
        _again = 0;
        while (_again < _times.Count && _times[_times.Count - 1 - _again] == _times[^1])
        {
            _again++;
        }
    }

    /// <summary>Forgets all: the clock of its host was set back.</summary>
    public void Clear()
    {
        _times.Clear();
        _isAgain = _isCut = false;
    }

    /// <summary>Whether it is so old that it came before, or the clock of its host was set back: which of the two cannot be told.</summary>
    public bool IsBackwards(DateTimeOffset at) => !_isAgain && _times.Count > 0 && (at < LastAt - MostOutOfOrder || (_isCut && at.UtcTicks < _times[0]));

    /// <summary>Whether it is new; then it counts as heard.</summary>
    public bool IsNew(DateTimeOffset at, string text)
    {
        var ticks = at.UtcTicks;
        if (_times.Count == 0 || ticks >= _times[^1])
        {
            _isAgain = false;
            if (_times.Count > 0 && ticks == _times[^1] && (_again-- > 0 || IsLastAgain(text)))
            {
                return false;
            }
            _lastText = text.Length < EngineCutsAt ? text : "";
            if (_times.Count >= Most)
            {
                _times.RemoveRange(0, Most / 2);
                _isCut = true;
            }
            _again = 0;
            _times.Add(ticks);
            return true;
        }
        var place = _times.BinarySearch(ticks);
        if (place >= 0 || ((_isAgain || _isCut) && ~place == 0))
        {
            return false;
        }
        _times.Insert(~place, ticks);
        return true;
    }

    /// <summary>When an engine turns over a log file, its followers get the last line of the old one twice. Pieces of a long line share a time too, and may be alike.</summary>
    private bool IsLastAgain(string text) => _lastText.Length > 0 && _lastText == text;
}
