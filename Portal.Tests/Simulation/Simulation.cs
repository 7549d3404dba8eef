using Portal.Core.Domain;

namespace Portal.Tests.Simulation;

/// <summary>How a simulation ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Scenario">What happened to Portal.</param>
/// <param name="Broken">The promise that was broken; null if all held.</param>
/// <param name="Hash">Tells two runs apart.</param>
/// <param name="Turns">Steps that were taken.</param>
/// <param name="Checks">How often a promise was looked at.</param>
/// <param name="Lines">What happened, in sentences, where they were kept.</param>
/// <param name="Causes">Which of the lines say what disturbed.</param>
internal sealed record Outcome(int Seed, Scenario Scenario, Broken? Broken, string Hash, long Turns, long Checks, IReadOnlyList<string> Lines, IReadOnlySet<int> Causes);

/// <summary>
/// One seed: a storm of disturbances, then calm, in which everything has to become as described; then, with nothing disturbing, rollouts and drains that an observer of
/// the engines watches.
/// </summary>
internal sealed class Simulation
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly int _seed;
    private readonly Scenario _scenario;
    private readonly World _world;
    private readonly Description _description;

    private Simulation(int seed, Scenario scenario, Plant plant, bool keepsTrace)
    {
        (_seed, _scenario) = (seed, scenario);
        _world = new World(seed, scenario, plant, keepsTrace);
        _description = new Description(_world);
    }

    /// <summary>Runs one seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="scenario">What happens; null for what the seed stands for.</param>
    /// <param name="plant">A bug to plant; null for none.</param>
    /// <param name="keepsTrace">Whether what happens is kept in sentences.</param>
    public static Outcome Run(int seed, Scenario? scenario = null, Func<Plant>? plant = null, bool keepsTrace = false)
    {
        var outer = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(null);
            return new Simulation(seed, scenario ?? Scenario.Of(seed), plant?.Invoke() ?? Plant.None, keepsTrace).Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private Outcome Run()
    {
        try
        {
            Rage();
            Calm();
            if (!IsBroken && _world.Store.Apps.Count > 0)
            {
                RollOut(_world.Users.Choose(_seed)!);
                Drain(_world.Store.Hosts.Values.ElementAt(_seed % _world.Engines.Length));
            }
        }
        catch (Exception e)
        {
            _world.Promises.Break("no step fails", e.ToString());
        }
        return new Outcome(_seed, _scenario, _world.Promises.Broken, _world.Trace.Hash, _world.Schedule.Turns, _world.Promises.Checks, _world.Trace.Lines, _world.Trace.Causes);
    }

    private bool IsBroken => _world.Promises.Broken is not null;

    private void Rage()
    {
        var storm = new Storm(_world);
        foreach (var disturbance in _scenario.Disturbances)
        {
            _world.Schedule.After(disturbance.At, () => storm.Happen(disturbance));
        }
        RunFor(_scenario.Disturbances.IsEmpty ? TimeSpan.Zero : Scenario.Storm);
    }

    /// <summary>Everything works again; whatever users asked for last has to come about.</summary>
    private void Calm()
    {
        _world.Trace.Note("calm", 0, 0, $"Calm: everything works from now on.");
        _world.Faults.End();
        foreach (var process in _world.Processes)
        {
            process.Spare();
            process.GoOn();
            _world.Reconnect(process.Number);
        }
        foreach (var engine in _world.Engines)
        {
            engine.ComeUp();
            _world.Users.SetAvailability(_world.Store.Hosts[engine.Host], Availability.Active);
        }
        foreach (var app in _world.Store.Apps.Values.Where(a => !a.Deleted))
        {
            _world.Users.SetStopped(app, false);
            _world.Users.Steer(app, "resumes", i => i with { Paused = false });
            // A host port can be taken once a host.
            _world.Users.Scale(app, app.Spec.Ports.Any(p => p.HostPort is not null) ? Math.Min(app.Replicas, _world.Engines.Length) : app.Replicas);
        }
        // A call whose answer was lost is waited for longer than a rollout waits: it may fail once more.
        for (var tries = 0; tries < 3; tries++)
        {
            RunFor(TimeSpan.FromSeconds(1));
            Await(Promises.Described, () => _world.Store.Apps.Values.FirstOrDefault(a => !a.Deleted && a.Rollout is not { IsOver: true }) is { } late ? $"the rollout of {late.Name} does not end: {late.Rollout?.Reason}" : null);
            foreach (var app in _world.Store.Apps.Values.Where(a => !a.Deleted && !Works(a)))
            {
                _world.Users.Deploy(app, Conduct.Good);
            }
        }
        Await(Promises.Described, _description.Missing);
    }

    private static bool Works(AppRecord app) => app.Rollout!.Status != RolloutStatus.Failed && app.Revisions[app.InForce].Spec is var spec
        && spec.Resources.Reservations.MemoryBytes < 1L << 40 && SimulatedImage.Of(spec.Image).Conduct is Conduct.Good or Conduct.Slow;

    /// <summary>A good revision of one app: each slot changes once, and the bounds hold by what the engines say.</summary>
    private void RollOut(AppRecord app)
    {
        var wanted = _description.Wanted(app);
        var before = EpochsOf(app);
        _world.Promises.Observer = new TruthObserver(_world, app, wanted, Bounds.Of(app.Spec, wanted));
        _world.Users.Deploy(app, Conduct.Good);
        Await(Promises.Described, () => app.Rollout!.Generation != app.Intent.Generation ? "the rollout has not begun" : _description.Missing());
        _world.Promises.Observer = null;
        if (!IsBroken)
        {
            var after = EpochsOf(app);
            var isNameTaken = _scenario.Disturbances.Any(d => d.Kind == DisturbanceKind.StrangerTakesName);
            _world.Promises.Require(isNameTaken || before.All(e => after[e.Key] == e.Value + 1), Promises.Epochs, () => $"in a rollout of {app.Name} that nothing disturbed its slots went from {Words(before)} to {Words(after)}");
            _world.Promises.Require(app.Rollout!.Status == RolloutStatus.Succeeded, Promises.Rollouts, () => $"the rollout of {app.Name} that nothing disturbed ended as {app.Rollout.Status}: {app.Rollout.Reason}");
        }
    }

    /// <summary>A host is drained: what may move does, and it is as described all the while.</summary>
    private void Drain(HostRecord host)
    {
        if (IsBroken || _world.Engines.Length < 2 || _world.Store.Apps.Values.Any(a => !a.Spec.Volumes.IsEmpty || a.Spec.Ports.Any(p => p.HostPort is not null)))
        {
            return;
        }
        var app = _world.Store.Apps.Values.FirstOrDefault(a => a.Spec.Kind == AppKind.Service && _description.Wanted(a) > 0);
        if (app is not null)
        {
            _world.Promises.Observer = new TruthObserver(_world, app, app.Replicas, Bounds.Of(app.Spec, app.Replicas));
        }
        _world.Users.SetAvailability(host, Availability.Draining);
        var engine = _world.EngineOf(host.Registration.Id);
        Await(Promises.Described, () => engine.Containers.Values.FirstOrDefault(c => c.IsOurs) is { } left ? $"{left.Name} is still on {engine.Name}, which is drained" : _description.Missing());
    }

    private Dictionary<int, long> EpochsOf(AppRecord app) => app.Assignments.Values.Where(a => !a.HasEnded).ToDictionary(a => a.Slot, a => _world.Store.Epochs[(app.Name, a.Slot)]);

    private static string Words(Dictionary<int, long> epochs) => string.Join(", ", epochs.OrderBy(e => e.Key).Select(e => e.Value));

    private void RunFor(TimeSpan time) => _world.Schedule.RunUntil(_world.Schedule.Now + time, () => IsBroken, static () => { });

    private void Await(string promise, Func<string?> missing)
    {
        var deadline = _world.Schedule.Now + Patience;
        while (!IsBroken && missing() is { } what)
        {
            RunFor(Look);
            _world.Promises.Require(_world.Schedule.Now < deadline, promise, () => $"after {Patience.TotalMinutes} minutes of calm {what}");
        }
    }
}
