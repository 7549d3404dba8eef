using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Core.State.Readers;

/// <summary>An app with a scaling policy, as the autoscaler reads it.</summary>
public sealed record ScaledApp
{
    /// <summary>Its id.</summary>
    public required AppId Id { get; init; }
    /// <summary>Its team.</summary>
    public required TeamId TeamId { get; init; }
    /// <summary>Its team's name.</summary>
    public required string Team { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its generation.</summary>
    public long Generation { get; init; }
    /// <summary>Its spec.</summary>
    public required AppSpec Spec { get; init; }
    /// <summary>The number as set.</summary>
    public int Replicas { get; init; }
    /// <summary>Whether it is meant to be stopped.</summary>
    public bool Stopped { get; init; }
    /// <summary>When the autoscaler last looked; null before it did.</summary>
    public DateTimeOffset? LookedAt { get; init; }
    /// <summary>What decided then; null before it looked.</summary>
    public ScalingWhy? Why { get; init; }
    /// <summary>The number that was right then; null before it looked.</summary>
    public int? Recommended { get; init; }
    /// <summary>Why, in a sentence; empty before it looked.</summary>
    public string Reason { get; init; } = "";
    /// <summary>What it found and remembers; null before it looked.</summary>
    public ScalingDocument? Document { get; init; }
    /// <summary>When the last decision was kept; null for never.</summary>
    public DateTimeOffset? DecidedAt { get; init; }
    /// <summary>Its instances that are to run.</summary>
    public ImmutableArray<ScalableInstance> Instances { get; init; } = [];

    /// <summary>What shares of CPU and memory are of, for one instance with its sidecars; 0 where nothing is set aside and nothing bounds it.</summary>
    public Resources Whole => Spec.Sidecars.Select(s => WholeOf(s.Resources)).Aggregate(WholeOf(Spec.Resources), (a, b) => a + b);

    /// <summary>Figures from before this moment say nothing of the number that it has now: an instance came to take its share, or the number changed.</summary>
    public DateTimeOffset FiguresFrom(DateTimeOffset now)
    {
        var from = now - Autoscaler.Window;
        var changed = Instances.Where(i => i.IsReady).Select(i => i.ReadySince).Concat(Document?.History?.Steps.Select(s => (DateTimeOffset?)s.At) ?? []).Max();
        return changed > from ? changed.Value : from;
    }

    /// <summary>What a decision looks at.</summary>
    /// <param name="policy">The policy: the app's own, or one to try.</param>
    /// <param name="figures">Figures by instance and source.</param>
    /// <param name="troubles">Why figures of a source could not be had.</param>
    public ScalingInput ToInput(ScalingSpec policy, IReadOnlyDictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>> figures, ImmutableDictionary<string, string> troubles) => new()
    {
        Policy = policy,
        Current = Replicas,
        IsStopped = Stopped,
        Whole = Whole,
        KeepsLowest = Spec.WritableVolumes.Any(),
        Instances = [.. Instances.Select(i => new ScaledInstance(i.Id, i.Slot, i.IsReady, figures.GetValueOrDefault(i.Id) ?? ImmutableSortedDictionary<string, ScalingFigure>.Empty))],
        Troubles = troubles,
        History = Document?.History ?? new ScalingHistory { Number = Replicas },
    };

    private static Resources WholeOf(ResourcesSpec resources) => new(
        resources.Reservations.Cpus > 0 ? resources.Reservations.Cpus : resources.LimitCpus ?? 0,
        resources.Reservations.MemoryBytes > 0 ? resources.Reservations.MemoryBytes : resources.LimitMemoryBytes ?? 0);
}

/// <summary>An instance of such an app.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="ReadySince">Since when it has been ready; null while it is not.</param>
/// <param name="IsReady">Whether it is, on a host that answers.</param>
/// <param name="Address">Its host's address; null while unplaced.</param>
/// <param name="Ports">Its published ports.</param>
public sealed record ScalableInstance(InstanceId Id, int Slot, DateTimeOffset? ReadySince, bool IsReady, string? Address, ImmutableArray<InstancePort> Ports);
