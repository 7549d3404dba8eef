using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>The newest live state for one circuit, at most four times a second.</summary>
internal sealed class LiveSlot(ILiveState live, TimeProvider time, Func<LiveSnapshot, Task> show) : LatestSlot<LiveSnapshot>(live.Subscribe, time, Pause, show)
{
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
}
