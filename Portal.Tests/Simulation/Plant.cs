using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Reconciliation;
using Portal.Core.State.Writers;

namespace Portal.Tests.Simulation;

/// <summary>A bug planted on purpose, to see that it is found. It strikes once a run.</summary>
internal abstract class Plant
{
    /// <summary>No bug.</summary>
    public static Plant None => new Nothing();

    /// <summary>The names under which bugs are planted.</summary>
    public static readonly string[] Names = ["bounds", "epoch", "double", "term", "stranger"];

    protected bool HasStruck { get; set; }

    /// <summary>Whether the store forgets to look at terms.</summary>
    public virtual bool ForgetsTerms => false;

    public static Plant Of(string name) => name switch
    {
        "bounds" => new OneStopTooMany(),
        "epoch" => new OldEpoch(),
        "double" => new SecondContainer(),
        "term" => new NoFence(),
        "stranger" => new WrongContainer(),
        _ => throw new ArgumentException($"There is no bug called '{name}' to plant. There are: {string.Join(", ", Names)}."),
    };

    /// <summary>Alters a round before it is committed.</summary>
    public virtual void Alter(World world, AssignmentBatch batch)
    {
    }

    /// <summary>Told of a container that was created.</summary>
    public virtual void Made(World world, SimulatedEngine engine, ContainerRequest request)
    {
    }

    /// <summary>The container that a removal is really sent to.</summary>
    public virtual string Target(World world, SimulatedEngine engine, string id) => id;

    private sealed class Nothing : Plant;

    /// <summary>Ignores the bounds once: where one instance is stopped, another of the app is too.</summary>
    private sealed class OneStopTooMany : Plant
    {
        public override void Alter(World world, AssignmentBatch batch)
        {
            if (HasStruck || batch.Stopped.Count == 0 || !world.Store.Apps.TryGetValue(batch.Stopped[0].App, out var app) || app.IsOff)
            {
                return;
            }
            var stopped = batch.Stopped.Select(s => s.Stop.Id).ToHashSet();
            var other = app.Assignments.Values.FirstOrDefault(a => a is { HasEnded: false, Desired: DesiredState.Run, Seen.ReadySince: not null } && a.Slot <= app.Replicas && !stopped.Contains(a.Id));
            if (other is not null)
            {
                HasStruck = true;
                batch.Stopped.Add((app.Id, other.Host!.Value, new StopInstance(other.Id, "planted on purpose")));
            }
        }
    }

    /// <summary>Uses an epoch a second time.</summary>
    private sealed class OldEpoch : Plant
    {
        public override void Alter(World world, AssignmentBatch batch)
        {
            var index = batch.Created.FindIndex(c => c.New.Epoch > 1 && world.Store.Find(InstanceId.Of(c.App, c.New.Slot, c.New.Epoch - 1)) is null);
            if (!HasStruck && index >= 0)
            {
                HasStruck = true;
                var created = batch.Created[index];
                var epoch = created.New.Epoch - 1;
                batch.Created[index] = created with { New = created.New with { Epoch = epoch, Id = InstanceId.Of(created.App, created.New.Slot, epoch) } };
            }
        }
    }

    /// <summary>Creates a container twice, on two hosts.</summary>
    private sealed class SecondContainer : Plant
    {
        public override void Made(World world, SimulatedEngine engine, ContainerRequest request)
        {
            if (!HasStruck)
            {
                HasStruck = true;
                world.Engines.First(e => e != engine).Add(request, SimulatedImage.Of(world.TagOf(request.Image)));
            }
        }
    }

    /// <summary>Writes whatever the term.</summary>
    private sealed class NoFence : Plant
    {
        public override bool ForgetsTerms => true;
    }

    /// <summary>Removes somebody else's container.</summary>
    private sealed class WrongContainer : Plant
    {
        public override string Target(World world, SimulatedEngine engine, string id)
        {
            if (HasStruck)
            {
                return id;
            }
            HasStruck = true;
            return engine.Containers.Values.First(c => !c.IsOurs).Id;
        }
    }
}
