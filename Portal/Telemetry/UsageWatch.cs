using Portal.Core.State.Metrics;

namespace Portal.Telemetry;

/// <summary>Live usage for scrapes: subscribed from the first one until none has come for a while, so that what nobody reads is not gathered.</summary>
internal sealed class UsageWatch : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private readonly ILiveUsage? usage;
    private readonly ITimer ending;
    private readonly Lock gate = new();
    private IDisposable? subscription;

    public UsageWatch(IServiceProvider services, TimeProvider time)
    {
        usage = services.GetService<ILiveUsage>();
        ending = time.CreateTimer(_ => End(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The newest figures; empty where nothing measures.</summary>
    public UsageSnapshot Read()
    {
        if (usage is null)
        {
            return new UsageSnapshot();
        }
        lock (gate)
        {
            subscription ??= usage.Subscribe(static _ => { });
            ending.Change(KeptFor, Timeout.InfiniteTimeSpan);
        }
        return usage.Current;
    }

    public void Dispose()
    {
        ending.Dispose();
        End();
    }

    private void End()
    {
        lock (gate)
        {
            subscription?.Dispose();
            subscription = null;
        }
    }
}
