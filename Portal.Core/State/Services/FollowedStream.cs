namespace Portal.Core.State.Services;

/// <summary>One container's stream; over when its container ended, until it starts again or another takes its place.</summary>
internal sealed class FollowedStream : IDisposable
{
    /// <summary>An engine may lose a reader when it turns over a log file: a stream that is silent for so long is asked about, then ever more seldom.</summary>
    public static readonly TimeSpan FirstDoubt = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LastDoubt = TimeSpan.FromMinutes(1);
    private readonly HeardLines heard = new();
    private readonly CancellationTokenSource end;
    private readonly TimeProvider time;
    private TimeSpan doubt = FirstDoubt;
    private long heardAt;
    private volatile bool waits;

    public FollowedStream(LoggedContainer container, TimeProvider time, CancellationToken cancellation)
    {
        (Container, this.time, heardAt) = (container, time, time.GetTimestamp());
        end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Ended = end.Token;
    }

    public LoggedContainer Container { get; }

    public CancellationToken Ended { get; }

    public DateTimeOffset? LastAt { get; set; }

    public bool HasFailed { get; set; }

    public bool ToldOfFailure { get; set; }

    public Task Reading { get; set; } = Task.CompletedTask;

    public bool IsOver(LoggedContainer now) => now.Id != Container.Id || now.StartedAt != Container.StartedAt;

    /// <summary>A line came; false if it came before.</summary>
    public bool Hears(DateTimeOffset at)
    {
        Interlocked.Exchange(ref heardAt, time.GetTimestamp());
        doubt = FirstDoubt;
        return heard.IsNew(at);
    }

    /// <summary>While the reader is slow, silence is not the engine's.</summary>
    public async ValueTask HandOverAsync(ValueTask writing)
    {
        waits = true;
        await writing;
        waits = false;
        Interlocked.Exchange(ref heardAt, time.GetTimestamp());
    }

    /// <summary>Whether it has been silent for so long that its engine should be asked; each time for twice as long.</summary>
    public bool IsDoubtful()
    {
        if (waits || time.GetElapsedTime(Interlocked.Read(ref heardAt)) < doubt)
        {
            return false;
        }
        doubt = doubt * 2 < LastDoubt ? doubt * 2 : LastDoubt;
        return true;
    }

    public async Task EndAsync()
    {
        await end.CancelAsync();
        await Reading;
        Dispose();
    }

    public void Dispose() => end.Dispose();
}
