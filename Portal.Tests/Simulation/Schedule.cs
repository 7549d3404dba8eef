namespace Portal.Tests.Simulation;

/// <summary>
/// Virtual time and the order of things. Everything that happens is a turn, taken one at a time on one thread; of those that are due together chance says which is
/// next. Time passes only when nothing is due.
/// </summary>
internal sealed class Schedule(int seed)
{
    /// <summary>When each simulation begins.</summary>
    public static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(Alarm Alarm, int Version), (long Due, long Order)> _alarms = new();
    private readonly List<Turn> _ready = [];
    private readonly Random _order = new(seed);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _sequence;
    private string? _leak;

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    public DateTimeOffset UtcNow => Origin + Now;

    /// <summary>Gives up calls that nothing will ever answer, or not in time.</summary>
    public List<Action> Hanging { get; } = [];

    /// <summary>Turns taken so far.</summary>
    public long Turns { get; private set; }

    /// <summary>Does something of the world's own after a while.</summary>
    public void After(TimeSpan delay, Action action) => new Alarm(this, null, static a => ((Action)a!)(), action).Set(delay, TimeSpan.Zero);

    public Alarm CreateAlarm(SimulatedProcess owner, TimerCallback callback, object? state) => new(this, owner, callback, state);

    public void Post(SimulatedProcess owner, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Whatever left the simulation's thread comes back at a moment that no seed decides.
            _leak ??= Environment.StackTrace;
            return;
        }
        Put(new Turn(owner, callback, state));
    }

    /// <summary>Takes turns until the time, or until a condition holds that is looked at after each; whoever watches is told of each.</summary>
    public bool RunUntil(TimeSpan time, Func<bool>? condition, Action watch)
    {
        while (condition?.Invoke() != true)
        {
            if (_ready.Count == 0 && !Advance(time))
            {
                Now = time;
                return false;
            }
            if (_ready.Count > 0)
            {
                TakeTurn();
                watch();
            }
        }
        return true;
    }

    private bool Advance(TimeSpan until)
    {
        while (_alarms.TryPeek(out var next, out var due) && due.Due <= until.Ticks)
        {
            _alarms.Dequeue();
            if (next.Alarm.IsDue(next.Version))
            {
                Now = TimeSpan.FromTicks(Math.Max(Now.Ticks, due.Due));
                Put(next.Alarm.Fire());
                return true;
            }
        }
        return false;
    }

    private void Put(Turn turn)
    {
        if (turn.Owner is { IsDead: true })
        {
            return;
        }
        if (turn.Owner is { IsPaused: true } paused)
        {
            paused.Held.Add(turn);
            return;
        }
        _ready.Add(turn);
    }

    /// <summary>A process goes on after a pause: all that fell due meanwhile is due now.</summary>
    public void Release(SimulatedProcess process)
    {
        var held = process.Held.ToList();
        process.Held.Clear();
        held.ForEach(Put);
    }

    private void TakeTurn()
    {
        if (_leak is not null)
        {
            throw new InvalidOperationException($"Something ran outside the simulation: {_leak}");
        }
        var index = _ready.Count == 1 ? 0 : _order.Next(_ready.Count);
        var turn = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        if (turn.Owner is { IsDead: true })
        {
            return;
        }
        if (turn.Owner is { IsPaused: true } paused)
        {
            paused.Held.Add(turn);
            return;
        }
        Turns++;
        SynchronizationContext.SetSynchronizationContext(turn.Owner);
        turn.Callback(turn.State);
        SynchronizationContext.SetSynchronizationContext(null);
        turn.Owner?.TookTurn();
    }

    internal sealed record Turn(SimulatedProcess? Owner, SendOrPostCallback Callback, object? State);

    /// <summary>A timer in virtual time.</summary>
    internal sealed class Alarm(Schedule schedule, SimulatedProcess? owner, TimerCallback callback, object? state) : ITimer
    {
        private int _version;
        private TimeSpan _period;

        public void Set(TimeSpan delay, TimeSpan period)
        {
            _period = period;
            var due = schedule.Now.Ticks + Math.Max(0, delay.Ticks);
            schedule._alarms.Enqueue((this, ++_version), (due, schedule._sequence++));
        }

        public bool IsDue(int version) => version == _version;

        public Turn Fire()
        {
            if (_period > TimeSpan.Zero)
            {
                Set(_period, _period);
            }
            return new Turn(owner, new SendOrPostCallback(callback), state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _version++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Set(dueTime, period);
            }
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
