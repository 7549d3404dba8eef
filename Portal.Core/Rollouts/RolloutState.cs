using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Rollouts;

/// <summary>The move from one revision to the next, as far as it has come. Immutable; only the controller makes one.</summary>
public sealed record RolloutState
{
    /// <summary>The generation of the app at which users asked for it: with the app its key.</summary>
    public required long Generation { get; init; }
    /// <summary>The revision before; null for an app's first.</summary>
    public int? From { get; init; }
    /// <summary>The revision that users asked for.</summary>
    public required int To { get; init; }
    /// <summary>The revision of every slot that <see cref="Slots"/> does not name: the one to go back to.</summary>
    public required int Base { get; init; }
    /// <summary>Slots that run, or are to run, another revision than <see cref="Base"/>.</summary>
    public ImmutableSortedDictionary<int, int> Slots { get; init; } = ImmutableSortedDictionary<int, int>.Empty;
    /// <summary>Where it stands.</summary>
    public required RolloutStatus Status { get; init; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; init; } = "";
    /// <summary>As what it will end once it has gone back; null unless it goes back.</summary>
    public RolloutStatus? Outcome { get; init; }
    /// <summary>The canary step that it is at, from 0.</summary>
    public int Step { get; init; }
    /// <summary>Since when it waits at that step; null while it works on it.</summary>
    public DateTimeOffset? StepReachedAt { get; init; }
    /// <summary>The most slots that had an available instance of <see cref="To"/> so far.</summary>
    public int Available { get; init; }
    /// <summary>Who asked for it.</summary>
    public string By { get; init; } = "";
    /// <summary>Why, where they said so.</summary>
    public string? Message { get; init; }
    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    /// <summary>When it last came further, or went on after a pause: the progress deadline counts from then.</summary>
    public required DateTimeOffset ProgressAt { get; init; }
    /// <summary>When everything was there to begin with: room, and its image on the hosts that need it; null before that, while nothing is touched.</summary>
    public DateTimeOffset? PreparedAt { get; init; }
    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => EndedAt is not null;

    /// <summary>The revision that a slot runs, or is healed with.</summary>
    public int RevisionOf(int slot) => Slots.GetValueOrDefault(slot, Base);

    /// <summary>The same with a slot at another revision.</summary>
    public RolloutState WithSlot(int slot, int revision) =>
        RevisionOf(slot) == revision ? this : this with { Slots = revision == Base ? Slots.Remove(slot) : Slots.SetItem(slot, revision) };

    /// <summary>Whether both say the same.</summary>
    public bool Equals(RolloutState? other) => other is not null
        && (Generation, From, To, Base, Status, Reason, Outcome) == (other.Generation, other.From, other.To, other.Base, other.Status, other.Reason, other.Outcome)
        && (Step, StepReachedAt, Available, StartedAt, ProgressAt, PreparedAt, EndedAt) == (other.Step, other.StepReachedAt, other.Available, other.StartedAt, other.ProgressAt, other.PreparedAt, other.EndedAt)
        && Slots.SequenceEqual(other.Slots);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Generation, To, Status, Step, Slots.Count);
}

/// <summary>What users want of the rollout to the revision that they asked for last.</summary>
/// <param name="Generation">The generation at which they asked for it.</param>
/// <param name="Revision">That revision.</param>
/// <param name="Paused">Whether it is to hold.</param>
/// <param name="Cancelled">Whether it is to go back.</param>
/// <param name="Promoted">So many canary steps need not wait any longer.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Message">Why, where they said so.</param>
public sealed record RolloutIntent(long Generation, int Revision, bool Paused = false, bool Cancelled = false, int Promoted = 0, string By = "", string? Message = null);

/// <summary>What is there of a rollout now.</summary>
/// <param name="Wanted">Slots that are wanted.</param>
/// <param name="Updated">Of these, those with an available instance of the revision asked for.</param>
/// <param name="Others">Instances of other revisions that are still there.</param>
/// <param name="Trouble">What holds the new revision up, in words that name the instance; null for nothing.</param>
/// <param name="IsFinal">Whether that trouble shows that the new revision does not work, so that waiting for the deadline helps nobody.</param>
/// <param name="Preparation">How far it is before anything is touched; null where there is nothing to wait for.</param>
public sealed record RolloutFacts(int Wanted, int Updated, int Others, string? Trouble = null, bool IsFinal = false, Preparation? Preparation = null);
