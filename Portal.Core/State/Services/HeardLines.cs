using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>
/// Which lines of one container's stream were heard already. An engine that turns over a log file while its reader is behind may give the
/// reader a whole file again; such lines are known by their times, which engines tell to the nanosecond.
/// </summary>
internal sealed class HeardLines
{
    /// <summary>More than a log file of 10 MB holds, with lines of a usual length.</summary>
    internal const int Most = 1 << 17;

    // In order: what is older than its predecessor is not kept.
    private readonly List<long> _times = [];

    /// <summary>Whether it is new; then it counts as heard.</summary>
    public bool IsNew(DateTimeOffset at)
    {
        var ticks = at.UtcTicks;
        if (_times.Count == 0 || ticks >= _times[^1])
        {
            if (_times.Count >= Most)
            {
                _times.RemoveRange(0, Most / 2);
            }
            _times.Add(ticks);
            return true;
        }
        return _times.BinarySearch(ticks) < 0;
    }
}
