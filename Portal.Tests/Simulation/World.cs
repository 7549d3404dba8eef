using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Writers;

namespace Portal.Tests.Simulation;

/// <summary>Everything there is in one simulation: hosts, the store, Portal's processes, users.</summary>
internal sealed class World
{
    private readonly Dictionary<string, string> _tags = [];
    private readonly Dictionary<SimulatedProcess, TimeSpan> _restarts = [];
    private readonly int[] _lives;

    public World(int seed, Scenario scenario, Plant plant, bool keepsTrace)
    {
        Schedule = new Schedule(seed);
        Trace = new Trace(Schedule, keepsTrace);
        Faults = new Faults(Schedule, ~seed);
        Plant = plant;
        Store = new SimulatedStore(this);
        Users = new Users(this);
        Promises = new Promises(this);
        Engines = [.. Enumerable.Range(0, scenario.Hosts).Select(MakeHost)];
        _lives = new int[scenario.Processes];
        Processes = [.. Enumerable.Range(0, scenario.Processes).Select(Begin)];
    }

    public Schedule Schedule { get; }
    public Trace Trace { get; }
    public Faults Faults { get; }
    public Plant Plant { get; }
    public SimulatedStore Store { get; }
    public Users Users { get; }
    public Promises Promises { get; }
    public ImmutableArray<SimulatedEngine> Engines { get; }
    public SimulatedProcess[] Processes { get; }

    /// <summary>All containers of Portal's, on whatever host.</summary>
    public IEnumerable<(SimulatedEngine Engine, SimulatedContainer Container)> Ours =>
        from engine in Engines from container in engine.Containers.Values where container.IsOurs select (engine, container);

    public SimulatedEngine EngineOf(HostId host) => Engines.First(e => e.Host == host);

    public void RestartAfter(SimulatedProcess process, TimeSpan pause) => _restarts[process] = pause;

    public void ProcessDied(SimulatedProcess process)
    {
        if (process.IsDead)
        {
            return;
        }
        process.Crash();
        Trace.Note("died", process.Number, 0, $"Process {process.Identity.Name} is gone.");
        Schedule.After(_restarts.GetValueOrDefault(process, TimeSpan.FromSeconds(1)), () => Processes[process.Number] = Begin(process.Number));
    }

    /// <summary>A process hears notices again, and is told that it missed some.</summary>
    public void Reconnect(int process) => Tell(Processes.ElementAtOrDefault(process), new Notice { Everything = true });

    /// <summary>A committed notice, to all processes but its own.</summary>
    public void Broadcast(SimulatedProcess? origin, Notice notice)
    {
        foreach (var process in Processes)
        {
            for (var i = process == origin ? 0 : Faults.TimesNoticed(process); i > 0; i--)
            {
                Tell(process, notice);
            }
        }
    }

    public void RequireTerm(TermLease lease)
    {
        if (Store.Claims[lease.Name].Term != lease.Term && !Plant.ForgetsTerms)
        {
            throw new TermLostException(lease.Name, lease.Term);
        }
    }

    public void Decided(SimulatedProcess process, AssignmentBatch batch)
    {
        Trace.Note("decided", process.Number, batch.Created.Count * 1_000 + batch.Stopped.Count, $"{process.Identity.Name} decides:");
        Tell(batch.Events);
        Broadcast(process, AssignmentWriter.Describe(batch));
    }

    public Notice Found(SimulatedProcess process, HostId host, Findings findings)
    {
        foreach (var (id, observed) in findings.Observed)
        {
            var seen = observed.Observation;
            Trace.Note("seen", observed.Wanted.Slot, (int)seen.State * 1_000 + (int)seen.Health * 100 + (int)seen.Failure,
                $"{process.Identity.Name} sees {observed.Wanted.Title}, epoch {observed.Wanted.Epoch}, on {EngineOf(host).Name}: {seen.State}{(seen.Health == Health.None ? "" : $", {seen.Health}")}{(seen.ReadySince is null ? "" : ", ready")}{(seen.Reason.Length == 0 ? "" : $" ({seen.Reason})")}.");
        }
        Tell(findings.Events);
        var notice = findings.Describe(host);
        Broadcast(process, notice);
        return notice;
    }

    /// <summary>The tag that a reference means, also one by digest.</summary>
    public string TagOf(string reference) => _tags.GetValueOrDefault(reference, reference);

    public void Publish(SimulatedImage image) => _tags[image.Digest] = image.Reference;

    /// <summary>Watches work that only ends with its process.</summary>
    public async Task Guard(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e)
        {
            Promises.Break("no step fails", $"A worker ended: {e}");
        }
    }

    private void Tell(List<EventDraft> events)
    {
        foreach (var happened in events)
        {
            Trace.Mix(happened.Message);
            Trace.Note(happened.Kind, 0, 0, $"    {happened.Message}");
        }
    }

    private void Tell(SimulatedProcess? process, Notice notice)
    {
        if (process is not null)
        {
            Schedule.After(Faults.Moment(1, 4), () => process.Post(_ => process.Notices.Committed(notice), null));
        }
    }

    private SimulatedProcess Begin(int number)
    {
        var process = new SimulatedProcess(this, number, ++_lives[number]);
        Trace.Note("begin", number, 0, $"Process {process.Identity.Name} begins.");
        process.Start();
        return process;
    }

    private SimulatedEngine MakeHost(int number)
    {
        var (name, address) = ($"h{number + 1}", $"10.0.0.{number + 1}");
        var id = new HostId(new Guid(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)(number + 1)));
        Store.Hosts[id] = new HostRecord(new HostRegistration(id, name, new EngineEndpoint($"tcp://{address}:2375", null), address, TimeSpan.FromSeconds(15), null), ImmutableDictionary<string, string>.Empty);
        var engine = new SimulatedEngine(this, number, id, name, address);
        // Somebody's database, and a container of another Portal.
        engine.Add(new ContainerRequest { Name = "postgres", Image = "sim/good:1" }, SimulatedImage.Of("sim/good:1"));
        var other = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create(LabelKeys.Cluster, "0bad0000-0000-0000-0000-000000000002"), KeyValuePair.Create(LabelKeys.Team, SimulatedStore.TeamName)]);
        engine.Add(new ContainerRequest { Name = "portal.crew.web.1.1.0bad0000", Image = "sim/good:1", Labels = other }, SimulatedImage.Of("sim/good:1"));
        return engine;
    }
}

/// <summary>Hears what Portal logs: an error is a step that failed in a way that nobody foresaw.</summary>
internal sealed class SimulatedLog<T>(World world) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
        {
            world.Promises.Break("no step fails", $"{formatter(state, exception)}: {exception}");
        }
        else if (logLevel >= LogLevel.Information && world.Trace.Keeps)
        {
            world.Trace.Remark($"    log: {formatter(state, exception)}");
        }
    }
}
