using System.Runtime.CompilerServices;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>The requests of one class in one batch, and the verdicts that they share.</summary>
internal sealed class ClassBatch(PlacementClass wanted)
{
    private readonly List<PlacementRequest> _requests = [];
    private readonly Dictionary<HostId, Verdicts> _unplacedReplacing = [];
    private Verdicts? _placed;
    private Verdicts? _unplaced;

    public PlacementClass Wanted => wanted;

    /// <summary>By slot, equal ones as they came.</summary>
    public IEnumerable<PlacementRequest> Requests => _requests.OrderBy(r => r.Slot);

    /// <summary>The verdicts of those that were placed, as they were for the first.</summary>
    public Verdicts Placed(Func<Verdicts> write) => _placed ??= write();

    /// <summary>The verdicts of those that fit nowhere; one that a predecessor makes room for somewhere has its own.</summary>
    public Verdicts Unplaced(HostId? replaces, Func<Verdicts> write)
    {
        if (replaces is not { } host) return _unplaced ??= write();
        if (!_unplacedReplacing.TryGetValue(host, out var verdicts)) _unplacedReplacing.Add(host, verdicts = write());
        return verdicts;
    }

    /// <summary>Sorts requests into classes: pinned ones first, since they have no choice, then in order of appearance.</summary>
    public static IEnumerable<ClassBatch> Of(IReadOnlyList<PlacementRequest> requests)
    {
        var batches = new List<ClassBatch>();
        var byKey = new Dictionary<(AppId, int, HostId?), List<ClassBatch>>();
        foreach (var request in requests)
        {
            var key = (request.App, RuntimeHelpers.GetHashCode(request.Spec), request.Pin?.Host);
            if (!byKey.TryGetValue(key, out var alike)) byKey.Add(key, alike = []);
            var batch = alike.Find(b => b.Wanted.Holds(request));
            if (batch is null)
            {
                batch = new ClassBatch(new PlacementClass(request));
                alike.Add(batch);
                batches.Add(batch);
            }
            batch._requests.Add(request);
        }
        return batches.OrderBy(b => b.Wanted.Pin is null ? 1 : 0);
    }
}
