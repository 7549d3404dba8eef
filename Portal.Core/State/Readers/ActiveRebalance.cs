using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Readers;

/// <summary>The rebalance that is under way, as the controller holds it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AskedAt">When it was asked for.</param>
/// <param name="AskedBy">Who asked.</param>
/// <param name="Joined">A host that it waits for until it can be used; null for none.</param>
/// <param name="IsStopped">Whether someone stopped it: no further move begins.</param>
/// <param name="Remaining">Moves still to begin, as last written.</param>
/// <param name="Reason">Where it stands, as last written.</param>
/// <param name="Moves">Moves that are under way.</param>
/// <param name="Done">Slots that it has moved: each at most once.</param>
public sealed record ActiveRebalance(Guid Id, DateTimeOffset AskedAt, string AskedBy, HostId? Joined, bool IsStopped, int Remaining, string Reason,
    ImmutableArray<ActiveMove> Moves, ImmutableHashSet<(AppId App, int Slot)> Done)
{
    /// <summary>Instances of an app that are to leave, each with why.</summary>
    public ImmutableDictionary<InstanceId, string> MovesOf(AppId app) =>
        IsStopped ? ImmutableDictionary<InstanceId, string>.Empty : Moves.Where(m => m.App == app).ToImmutableDictionary(m => m.Instance, m => $"a rebalance moves it: {m.Reason}");
}

/// <summary>A move of a rebalance.</summary>
/// <param name="App">The app.</param>
/// <param name="Instance">The instance that is to leave.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="From">Its host.</param>
/// <param name="To">Where it was better off when this was decided.</param>
/// <param name="Reason">Why, as <c>h1 had 14 instances, h2 2</c>.</param>
public sealed record ActiveMove(AppId App, InstanceId Instance, int Slot, HostId From, HostId To, string Reason);

/// <summary>What the controller did in a rebalance.</summary>
/// <param name="Id">The rebalance.</param>
/// <param name="Begun">Moves that begin.</param>
/// <param name="Over">Moves that are over, each with how it ended.</param>
/// <param name="Remaining">Moves still to begin.</param>
/// <param name="Reason">Where it stands.</param>
/// <param name="IsOver">Whether it has ended.</param>
public sealed record RebalanceChange(Guid Id, ImmutableArray<ActiveMove> Begun, ImmutableArray<(InstanceId Instance, string Outcome)> Over, int Remaining, string Reason, bool IsOver);
