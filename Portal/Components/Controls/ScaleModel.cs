namespace Portal.Components.Controls;

/// <summary>Where a change of the replica count stands.</summary>
public enum ScalePhase
{
    /// <summary>Nothing is asked.</summary>
    Idle,
    /// <summary>More clicks may follow.</summary>
    Counting,
    /// <summary>Fewer are asked; it can be undone.</summary>
    Undoable,
    /// <summary>None are asked; it waits for a yes.</summary>
    Asking,
    /// <summary>It was sent, and is not observed yet.</summary>
    Sent,
}

/// <summary>
/// A wish for another replica count: quick clicks are one change, going down can be undone for three seconds, going to 0
/// is asked. It ends when the count is observed.
/// </summary>
public sealed class ScaleModel : IDisposable
{
    /// <summary>Clicks closer together than this are one change.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    /// <summary>How long going down can be undone.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(3);

    /// <summary>More cannot be typed.</summary>
    public const int Most = 10_000;

    private readonly Func<int, Task> _send;
    private readonly Func<Func<Task>, Task> _dispatch;
    private readonly ITimer _timer;
    private int _observed;

    /// <param name="time">The clock.</param>
    /// <param name="send">Sends the new count; throws where it is refused.</param>
    /// <param name="dispatch">Runs what the timer begins where the component's other events run, and draws it after.</param>
    public ScaleModel(TimeProvider time, Func<int, Task> send, Func<Func<Task>, Task> dispatch)
    {
        _send = send;
        _dispatch = dispatch;
        _timer = time.CreateTimer(_ => _ = _dispatch(SendAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ScalePhase Phase { get; private set; }

    /// <summary>The number to show: what is wished, else what is.</summary>
    public int Shown { get; private set; }

    /// <summary>What the store says now.</summary>
    public int Observed => _observed;

    /// <summary>A new count was observed.</summary>
    public void Observe(int replicas)
    {
        _observed = replicas;
        if (Phase == ScalePhase.Idle || (Phase == ScalePhase.Sent && Shown == replicas))
        {
            Shown = replicas;
            Phase = ScalePhase.Idle;
        }
    }

    /// <summary>One more or one fewer.</summary>
    public void Step(int by) => Wish(Shown + by);

    /// <summary>A number was typed.</summary>
    public void Wish(int replicas)
    {
        if (Phase == ScalePhase.Sent)
        {
            return;
        }

        Shown = Math.Clamp(replicas, 0, Most);
        var (phase, wait) = Shown == _observed ? (ScalePhase.Idle, Timeout.InfiniteTimeSpan)
            : Shown == 0 ? (ScalePhase.Asking, Timeout.InfiniteTimeSpan)
            : Shown < _observed ? (ScalePhase.Undoable, UndoTime)
            : (ScalePhase.Counting, Quiet);
        Phase = phase;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes the wish back, as long as it is not sent.</summary>
    public void Undo() => Wish(_observed);

    /// <summary>Yes to going to 0.</summary>
    public Task ConfirmAsync() => Phase == ScalePhase.Asking ? SendAsync() : Task.CompletedTask;

    public void Dispose() => _timer.Dispose();

    private async Task SendAsync()
    {
        if (Phase is ScalePhase.Idle or ScalePhase.Sent)
        {
            return;
        }

        Phase = ScalePhase.Sent;
        try
        {
            await _send(Shown);
        }
        catch
        {
            // The sender has said why; here the wish only ends.
            Phase = ScalePhase.Idle;
        }

        Observe(_observed);
    }
}
