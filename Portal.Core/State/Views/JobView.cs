using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Core.State.Views;

/// <summary>A job's runs in short, as shown with its app.</summary>
/// <param name="NextRunAt">When it runs next by its schedule; null for never.</param>
/// <param name="Recent">Its newest runs, at most <see cref="RecentCount"/>, newest first.</param>
public sealed record JobView(DateTimeOffset? NextRunAt, ImmutableArray<RunState> Recent)
{
    /// <summary>How many runs <see cref="Recent"/> holds.</summary>
    public const int RecentCount = 5;

    /// <summary>The newest run that is under way; null for none.</summary>
    public RunState? Current => Recent.FirstOrDefault(r => r.Status == RunStatus.Running);

    /// <summary>The newest run that ran and has ended; null for none.</summary>
    public RunState? Last => Recent.FirstOrDefault(r => r is { Began: true, IsOver: true });

    /// <summary>Whether both say the same.</summary>
    public bool Equals(JobView? other) => other is not null && NextRunAt == other.NextRunAt && Recent.SequenceEqual(other.Recent);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NextRunAt, Recent.Length, Recent.FirstOrDefault());
}

/// <summary>A run with its instances.</summary>
/// <param name="Run">How it stands.</param>
/// <param name="Instances">Its attempts, by slot and attempt.</param>
public sealed record RunDetails(RunState Run, ImmutableArray<RunInstance> Instances);

/// <summary>An instance of a run.</summary>
/// <param name="Attempt">1 for a slot's first one in this run.</param>
/// <param name="Instance">The instance.</param>
public sealed record RunInstance(int Attempt, InstanceView Instance);
