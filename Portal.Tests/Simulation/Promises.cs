using Portal.Core.Domain;
using Portal.Core.State.Leases;
using Portal.Core.State.Writers;

namespace Portal.Tests.Simulation;

/// <summary>A promise that was broken.</summary>
/// <param name="Promise">Which.</param>
/// <param name="Sentence">How.</param>
/// <param name="At">When.</param>
internal sealed record Broken(string Promise, string Sentence, TimeSpan At);

/// <summary>Holds what Portal does against what it promises, at each step that could break it.</summary>
internal sealed class Promises(World world)
{
    public const string Bounds = "bounds hold";
    public const string OneContainer = "one container per instance";
    public const string Order = "init containers end before the main one begins";
    public const string Terms = "a stale term writes nothing";
    public const string Strangers = "nothing of others is touched";
    public const string Reasons = "decisions carry reasons";
    public const string Epochs = "no slot burns epochs";
    public const string Rollouts = "a rollout ends as one thing";
    public const string Described = "eventually as described";
    private static readonly TimeSpan Burning = TimeSpan.FromSeconds(10);
    private const int MostEpochs = 6;
    private readonly Dictionary<(AppId App, int Slot), Queue<TimeSpan>> _made = [];
    private readonly BoundsPromise _bounds = new(world);

    /// <summary>The first promise that was broken; null while all hold.</summary>
    public Broken? Broken { get; private set; }

    /// <summary>How often a promise was looked at.</summary>
    public long Checks { get; private set; }

    /// <summary>What an observer of the engines alone sees, while nothing disturbs.</summary>
    public TruthObserver? Observer { get; set; }

    public void Break(string promise, string sentence) => Broken ??= new Broken(promise, sentence, world.Schedule.Now);

    public void Require(bool holds, string promise, Func<string> sentence)
    {
        Checks++;
        if (!holds && Broken is null)
        {
            Break(promise, sentence());
        }
    }

    /// <summary>A worker is about to change something on an engine.</summary>
    public void Acting(SimulatedProcess process, SimulatedEngine engine, string does, SimulatedContainer? container, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return;
        }
        var claim = world.Store.Claims.GetValueOrDefault($"host:{engine.Host.Value}");
        Require(claim is not null && claim.Holder == process.Identity.Name && claim.ExpiresAt >= world.Schedule.UtcNow, Terms,
            () => $"{process.Identity.Name} {does} a container on {engine.Name}, whose claim is {claim?.Holder}'s until {claim?.ExpiresAt:HH:mm:ss.fff}");
        Require(container is null || container.IsOurs, Strangers, () => $"{process.Identity.Name} {does} {container!.Name} on {engine.Name}, which is not Portal's");
    }

    /// <summary>A container was created.</summary>
    public void ContainerMade(SimulatedEngine engine, SimulatedContainer container)
    {
        if (!container.IsOurs)
        {
            return;
        }
        var twin = world.Ours.FirstOrDefault(o => o.Container != container && o.Container.Instance == container.Instance && o.Container.Part == container.Part);
        Require(twin.Container is null, OneContainer, () => $"{container.Name} was created on {engine.Name} though {twin.Container!.Name} of the same instance is on {twin.Engine.Name}");
        var row = world.Store.Find(new InstanceId(Guid.Parse(container.Instance!)));
        Require(row is null || row.Host == engine.Host, OneContainer, () => $"{container.Name} was created on {engine.Name}, but was assigned to {(row!.Host is { } host ? world.EngineOf(host).Name : "no host")}");
        var early = !container.IsMain || row is null ? null : engine.Containers.Values.FirstOrDefault(c => c != container && c.Instance == container.Instance
            && row.App.Revisions[row.Revision].Spec.InitContainers.Any(i => i.Name == c.Part) && c is not { State: "exited" or "removing", ExitCode: 0 });
        Require(early is null, Order, () => $"{container.Name} was created on {engine.Name} though {early!.Name} is {early.State} with code {early.ExitCode}");
        Changed(container);
    }

    /// <summary>A container started, ended, got well or sick, or is gone.</summary>
    public void Changed(SimulatedContainer container)
    {
        if (Observer is not null && container.IsOurs)
        {
            Checks++;
            Observer.Look(this);
        }
    }

    /// <summary>A round is about to be committed.</summary>
    public void Deciding(TermLease lease, AssignmentBatch batch)
    {
        Wrote(lease, batch.Events);
        foreach (var created in batch.Created)
        {
            Created(created);
        }
        foreach (var (app, _, stop) in batch.Stopped)
        {
            Require(stop.Reason.Length > 0, Reasons, () => $"an instance of {world.Store.Apps[app].Name} is to stop for no reason");
        }
        foreach (var placed in batch.Placed)
        {
            Require(placed.Reason.Length > 0, Reasons, () => "an instance is placed for no reason");
        }
        foreach (var (app, _, status) in batch.Statuses)
        {
            var fine = status.Status is AppStatus.Healthy or AppStatus.Running;
            Require(fine ? status.Ready >= status.Desired : status.Reason.Length > 0, Reasons,
                () => $"{world.Store.Apps[app].Name} is said to be {status.Status} with {status.Ready} of {status.Desired} ready, because “{status.Reason}”");
        }
        foreach (var (app, rollout) in batch.Rollouts)
        {
            var before = world.Store.Apps[app].Rollouts.GetValueOrDefault(rollout.Generation);
            Require(rollout.Reason.Length > 0, Reasons, () => $"a rollout of {world.Store.Apps[app].Name} is {rollout.Status} for no reason");
            Require(before is not { IsOver: true } || before.Status == rollout.Status, Rollouts, () => $"the rollout of {world.Store.Apps[app].Name} that ended as {before!.Status} is {rollout.Status}");
        }
        _bounds.Check(this, batch);
    }

    /// <summary>Somebody writes under a claim, with something to tell.</summary>
    public void Wrote(TermLease lease, List<EventDraft> events)
    {
        Require(world.Store.Claims[lease.Name].Term == lease.Term, Terms, () => $"{lease.Holder} wrote under term {lease.Term} of {lease.Name}, which is at term {world.Store.Claims[lease.Name].Term}");
        foreach (var happened in events)
        {
            Require(IsSentence(happened.Message), Reasons, () => $"people are told “{happened.Message}”");
        }
    }

    private void Created(CreatedInstance created)
    {
        var name = created.AppName;
        Require(created.Reason.Length > 0 && created.New.Cause.Length > 0, Reasons, () => $"{name}.{created.New.Slot} is created for no reason");
        Require(created.New.Epoch > world.Store.Epochs.GetValueOrDefault((name, created.New.Slot)), OneContainer, () => $"epoch {created.New.Epoch} of {name}.{created.New.Slot} is used twice");
        var key = (created.App, created.New.Slot);
        var made = _made.TryGetValue(key, out var known) ? known : _made[key] = new Queue<TimeSpan>();
        made.Enqueue(world.Schedule.Now);
        while (made.Peek() < world.Schedule.Now - Burning)
        {
            made.Dequeue();
        }
        Require(made.Count <= MostEpochs, Epochs, () => $"{name}.{created.New.Slot} had {made.Count} instances within {Burning.TotalSeconds} s, the last because {created.New.Cause}");
    }

    private static bool IsSentence(string text) => text.Length > 3 && text[^1] is '.' or '”' && !text.Contains("..", StringComparison.Ordinal)
        && !text.Contains("  ", StringComparison.Ordinal) && !text.Contains(": .", StringComparison.Ordinal);
}
