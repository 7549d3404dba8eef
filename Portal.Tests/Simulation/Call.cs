namespace Portal.Tests.Simulation;

/// <summary>What becomes of a call.</summary>
/// <param name="Arrives">Whether it is heard at all.</param>
/// <param name="After">How long it takes to arrive.</param>
/// <param name="IsAnswered">Whether its answer comes back; without one, what was done stays done.</param>
internal readonly record struct Fate(bool Arrives, TimeSpan After, bool IsAnswered)
{
    public static Fate Good(TimeSpan after) => new(true, after, true);
}

/// <summary>A call over the network: made in one process, done in the world, whatever becomes of the caller meanwhile.</summary>
internal sealed class Call<T> : TaskCompletionSource<T>
{
    private readonly Schedule _schedule;
    private readonly bool _isAnswered;
    private readonly Func<Exception> _unanswered;

    private Call(Schedule schedule, bool isAnswered, Func<Exception> unanswered) => (_schedule, _isAnswered, _unanswered) = (schedule, isAnswered, unanswered);

    /// <summary>Makes a call.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="fate">What becomes of it.</param>
    /// <param name="patience">When the caller gives up waiting.</param>
    /// <param name="begin">What is done once it has arrived; answers at once or later.</param>
    /// <param name="unanswered">What the caller is told where no answer comes.</param>
    /// <param name="cancellation">The caller's; what has been sent is done all the same.</param>
    public static async Task<T> MakeAsync(Schedule schedule, Fate fate, TimeSpan patience, Action<Call<T>> begin, Func<Exception> unanswered, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var call = new Call<T>(schedule, fate.IsAnswered, unanswered);
        if (fate.Arrives)
        {
            schedule.After(fate.After, () => call.Begin(begin));
        }
        if (!fate.Arrives || fate.After > patience)
        {
            schedule.After(patience, call.GiveUp);
            schedule.Hanging.Add(call.GiveUp);
        }
        using var registration = cancellation.Register(static c => ((Call<T>)c!).TrySetCanceled(), call);
        return await call.Task;
    }

    public void Answer(T answer)
    {
        if (_isAnswered)
        {
            TrySetResult(answer);
        }
        else
        {
            _schedule.After(TimeSpan.FromMilliseconds(5), () => TrySetException(_unanswered()));
        }
    }

    private void GiveUp() => TrySetException(_unanswered());

    public void Refuse(Exception reason) => TrySetException(reason);

    private void Begin(Action<Call<T>> begin)
    {
        try
        {
            begin(this);
        }
        catch (Exception e)
        {
            Refuse(e);
        }
    }
}
