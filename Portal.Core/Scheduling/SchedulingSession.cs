using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>The hosts and what their instances set aside, kept over a controller's term and changed bit by bit; decides where instances go.</summary>
/// <remarks>
/// Not for several threads at once. Nothing is read from outside: who keeps a session tells it every host and instance once, and then each change. One that is
/// built from hosts without counts and then told every instance also knows which app holds which port, how often; a snapshot's counts do not say that.
/// </remarks>
public sealed class SchedulingSession
{
    private readonly Dictionary<HostId, HostState> _byId = [];
    private readonly HostRanking _ranking = new();
    private HostState[]? _inOrder;

    /// <summary>A session without hosts.</summary>
    public SchedulingSession()
    {
    }

    /// <summary>A session that starts with a snapshot's hosts and their counts.</summary>
    public SchedulingSession(ClusterSnapshot snapshot)
    {
        foreach (var host in snapshot.Hosts) _byId[host.Id] = new HostState(host);
    }

    /// <summary>How many hosts it knows.</summary>
    public int HostCount => _byId.Count;

    /// <summary>Adds a host with the counts that the snapshot has (none by default), or takes new facts of a known one (name, state, labels, capacity, images)
    /// and keeps its counts, whatever the snapshot's are.</summary>
    public void UpsertHost(HostSnapshot host)
    {
        if (_byId.TryGetValue(host.Id, out var known))
        {
            known.Describe(host);
            return;
        }
        _byId.Add(host.Id, new HostState(host));
        _inOrder = null;
    }

    /// <summary>Forgets a host and its counts.</summary>
    /// <returns>False if it was not known.</returns>
    public bool RemoveHost(HostId host)
    {
        if (!_byId.Remove(host)) return false;
        _inOrder = null;
        return true;
    }

    /// <summary>Counts an instance that a host has: one that was found or assigned otherwise. What <see cref="Place"/> places is counted already.</summary>
    /// <param name="host">The host.</param>
    /// <param name="app">The instance's app.</param>
    /// <param name="reservation">What its spec reserves.</param>
    /// <param name="ports">Its ports; those that the engine chooses count for nothing.</param>
    /// <returns>False if the host is not known: then nothing was counted.</returns>
    public bool OccupyInstance(HostId host, AppId app, Resources reservation, IEnumerable<PortSpec> ports) =>
        Occupy(host, app, reservation, Fixed(ports));

    /// <summary>The same for an instance of a spec; on the host's own network all its ports are fixed.</summary>
    public bool OccupyInstance(HostId host, AppId app, AppSpec spec) =>
        Occupy(host, app, InstanceParts.ReservationsOf(spec), HostPorts.FixedOf(spec));

    /// <summary>Stops counting an instance that left its host, or whose placement was not committed.</summary>
    /// <param name="host">The host.</param>
    /// <param name="app">The instance's app.</param>
    /// <param name="reservation">What was counted for it.</param>
    /// <param name="ports">The ports that were.</param>
    /// <returns>False if the host is not known or has no instance of the app: then nothing was changed.</returns>
    public bool ReleaseInstance(HostId host, AppId app, Resources reservation, IEnumerable<PortSpec> ports) =>
        Release(host, app, reservation, Fixed(ports));

    /// <summary>The same for an instance of a spec.</summary>
    public bool ReleaseInstance(HostId host, AppId app, AppSpec spec) =>
        Release(host, app, InstanceParts.ReservationsOf(spec), HostPorts.FixedOf(spec));

    /// <summary>Places a batch and counts what it placed; each placement sees those before it. Pinned requests go first, then class by class as they come,
    /// within a class by slot. What then cannot be committed is given back by <see cref="ReleaseInstance(HostId, AppId, AppSpec)"/>.</summary>
    /// <param name="requests">What wants a host.</param>
    public PlacementResult Place(IReadOnlyList<PlacementRequest> requests)
    {
        var placed = ImmutableArray.CreateBuilder<Placement>(requests.Count);
        var unplaced = ImmutableArray.CreateBuilder<Unplaced>();
        foreach (var batch in ClassBatch.Of(requests))
        {
            if (batch.Wanted.Pin is null) _ranking.Reset(InOrder(), batch.Wanted);
            foreach (var request in batch.Requests)
            {
                if (PlaceOne(batch, request, out var verdicts) is { } placement) placed.Add(placement);
                else unplaced.Add(new Unplaced(request.Instance, verdicts.Why, verdicts));
            }
        }
        return new PlacementResult(placed.ToImmutable(), unplaced.ToImmutable());
    }

    /// <summary>What each host says to a request now; places nothing.</summary>
    public Verdicts ExplainAll(PlacementRequest request)
    {
        var wanted = new PlacementClass(request);
        var room = Room.Make(Find(request.Replaces ?? request.Predecessor), wanted, request);
        if (request.Pin is null) _ranking.Reset(InOrder(), wanted);
        var verdicts = Explain(wanted);
        room?.Undo();
        return verdicts;
    }

    /// <summary>The move of one instance of a class that gains most; null if none gains anything.</summary>
    /// <param name="request">Any instance of the class.</param>
    /// <param name="from">Hosts that have one.</param>
    /// <param name="onlyOwn">Whether only the spreading of the app itself counts, and not how full hosts are.</param>
    internal BetterPlace? BestMove(PlacementRequest request, IEnumerable<HostId> from, bool onlyOwn)
    {
        var wanted = new PlacementClass(request);
        _ranking.Reset(InOrder(), wanted);
        // The last rank is whether the image is there: no reason to move.
        var ranks = onlyOwn ? wanted.SpreadBy.Length + 1 : _ranking.Ranks - 1;
        BetterPlace? best = null;
        foreach (var host in from.Select(id => Find(id)).OfType<HostState>().OrderBy(h => h.Ordinal))
        {
            host.CountOut(wanted.App);
            host.Reserve(-wanted.NanoCpus, -wanted.MemoryBytes);
            host.GivePortsBack(wanted.Ports);
            _ranking.Refresh(host);
            if (Gain(host, ranks) is { } gain && (best is null || gain.IsMoreThan(best.Value)))
            {
                best = gain;
            }
            host.CountIn(wanted.App);
            host.Reserve(wanted.NanoCpus, wanted.MemoryBytes);
            host.TakePorts(wanted.App, wanted.Ports);
            _ranking.Refresh(host);
        }
        return best;
    }

    private BetterPlace? Gain(HostState host, int ranks)
    {
        if (_ranking.RefusedBy(host.Ordinal) is not null || _ranking.Best() is not { Host: var to } || to == host) return null;
        for (var rank = 0; rank < ranks; rank++)
        {
            var gain = _ranking.Cost(host.Ordinal, rank) - _ranking.Cost(to.Ordinal, rank);
            if (gain != 0) return gain > 0 ? new BetterPlace(host.Id, to.Id, rank, gain) : null;
        }
        return null;
    }

    /// <summary>What it holds now, as a snapshot.</summary>
    public ClusterSnapshot ToSnapshot() => new([.. InOrder().Select(h => h.ToSnapshot())]);

    private bool Occupy(HostId host, AppId app, Resources reservation, IEnumerable<HostPort> ports)
    {
        if (!_byId.TryGetValue(host, out var state)) return false;
        state.CountIn(app);
        state.Reserve(Amounts.NanoCpus(reservation.Cpus), reservation.MemoryBytes);
        state.TakePorts(app, Names(ports));
        return true;
    }

    private bool Release(HostId host, AppId app, Resources reservation, IEnumerable<HostPort> ports)
    {
        if (!_byId.TryGetValue(host, out var state) || state.CountOf(app) == 0) return false;
        state.CountOut(app);
        state.Reserve(-Amounts.NanoCpus(reservation.Cpus), -reservation.MemoryBytes);
        state.GivePortsBack(Names(ports));
        return true;
    }

    private static IEnumerable<HostPort> Fixed(IEnumerable<PortSpec> ports) =>
        ports.Where(p => p.HostPort is not null).Select(p => new HostPort(p.HostPort!.Value, p.Protocol));

    private static string[] Names(IEnumerable<HostPort> ports) => [.. ports.Select(p => p.ToString()).Distinct()];

    private Placement? PlaceOne(ClassBatch batch, PlacementRequest request, out Verdicts verdicts)
    {
        var wanted = batch.Wanted;
        var room = Room.Make(Find(request.Replaces ?? request.Predecessor), wanted, request);
        Refresh(wanted, room?.Host);
        var host = Choose(wanted, out var why);
        verdicts = host is null ? batch.Unplaced(request.Replaces, () => Explain(wanted)) : batch.Placed(() => Explain(wanted));
        if (host is not null && room?.Host == host && verdicts.Hosts.Any(v => v.Host == host.Id && v.RefusedBy is not null))
            verdicts = VerdictWriter.With(verdicts, wanted, host, why);
        room?.Undo();
        if (room is not null && room.Host != host) Refresh(wanted, room.Host);
        if (host is null) return null;
        host.CountIn(wanted.App);
        host.Reserve(wanted.NanoCpus, wanted.MemoryBytes);
        host.TakePorts(wanted.App, wanted.Ports);
        Refresh(wanted, host);
        return new Placement(request.Instance, host.Id, why, verdicts);
    }

    private HostState? Choose(PlacementClass wanted, out string why)
    {
        why = "";
        if (wanted.Pin is null)
        {
            if (_ranking.Best() is not { } best) return null;
            why = VerdictWriter.Why(_ranking, best);
            return best.Host;
        }
        if (Find(wanted.Pin.Host) is not { } pinned || wanted.RefusedBy(pinned) is not null) return null;
        why = VerdictWriter.OnlyHost(wanted, pinned);
        return pinned;
    }

    private Verdicts Explain(PlacementClass wanted) =>
        wanted.Pin is null ? VerdictWriter.Of(_ranking) : VerdictWriter.OfPinned(wanted, Find(wanted.Pin.Host), InOrder());

    private void Refresh(PlacementClass wanted, HostState? host)
    {
        if (wanted.Pin is null && host is not null) _ranking.Refresh(host);
    }

    private HostState? Find(HostId? host) => host is { } id ? _byId.GetValueOrDefault(id) : null;

    private HostState[] InOrder()
    {
        if (_inOrder is not null) return _inOrder;
        _inOrder = [.. _byId.Values.OrderBy(h => h.Id.Value)];
        for (var i = 0; i < _inOrder.Length; i++) _inOrder[i].Ordinal = i;
        return _inOrder;
    }
}
