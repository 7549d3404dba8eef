using Portal.Agents;
using Portal.Agents.Control;
using Portal.Agents.Hosts;

namespace Portal.Tests.Simulation;

/// <summary>
/// One life of a Portal process: the real controller and the real host workers, on the simulation's turns and clock. A crash is that its turns are never taken again,
/// between whatever two steps it stands; a pause that they are taken later.
/// </summary>
internal sealed class SimulatedProcess : SynchronizationContext
{
    private readonly World _world;
    private readonly CancellationTokenSource _ending = new();
    private int? _turnsLeft;

    public SimulatedProcess(World world, int number, int life)
    {
        _world = world;
        Number = number;
        Identity = new AgentIdentity($"p{number + 1}/{life}");
        Time = new Clock(world.Schedule, this);
        Notices = new SimulatedNotices();
    }

    public int Number { get; }

    public AgentIdentity Identity { get; }

    public TimeProvider Time { get; }

    public SimulatedNotices Notices { get; }

    public bool IsDead { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>Turns that wait for the end of a pause.</summary>
    public List<Schedule.Turn> Held { get; } = [];

    public void Start() => Post(_ =>
    {
        var door = new StoreDoor(_world, this);
        var controller = new ControllerWorker(door, Notices, new ControlDoor(_world, this), new ControlDoor(_world, this), Identity, Time, new SimulatedLog<ControllerWorker>(_world));
        var options = new HostWorkerOptions();
        var services = new HostWorkerServices(door, new HostDoor(_world, this), Notices, new SimulatedEngines(_world, this), NoCredentials.Instance, new HostDoor(_world, this),
            new SimulatedProbe(_world, this), Identity, new SelfWatch(), options, Time, new SimulatedLog<HostWorkers>(_world));
        _ = _world.Guard(controller.RunAsync(_ending.Token));
        _ = _world.Guard(new HostWorkers(services, door).RunAsync(_ending.Token));
        // Whoever begins to listen reads everything.
        _world.Reconnect(Number);
    }, null);

    /// <summary>Dies after so many more turns.</summary>
    public void CrashAfter(int turns) => _turnsLeft = turns;

    public void Crash() => IsDead = true;

    /// <summary>Does not die after all.</summary>
    public void Spare() => _turnsLeft = null;

    /// <summary>Is told to end, gives its claims back, and is gone a while later.</summary>
    public void Stop() => Post(_ => _ending.Cancel(), null);

    public void Pause() => IsPaused = true;

    public void GoOn()
    {
        IsPaused = false;
        _world.Schedule.Release(this);
    }

    public void TookTurn()
    {
        if (_turnsLeft is { } left && (_turnsLeft = left - 1) <= 0)
        {
            _turnsLeft = null;
            _world.ProcessDied(this);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _world.Schedule.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    private sealed class Clock(Schedule schedule, SimulatedProcess process) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => schedule.UtcNow;

        public override long GetTimestamp() => schedule.Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var alarm = schedule.CreateAlarm(process, callback, state);
            alarm.Change(dueTime, period);
            return alarm;
        }
    }
}
