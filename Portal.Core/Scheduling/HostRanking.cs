using System.Collections.Immutable;
using Portal.Core.Scheduling.Filters;

namespace Portal.Core.Scheduling;

/// <summary>The hosts as one class of request sees them: refused, or ranked. Judged once, then kept right host by host as placements change them.</summary>
/// <remarks>
/// Ranks are compared in order: first the instances in the groups of the <c>spreadBy</c> labels, then the class's scorers, then the ordinal, which is the
/// order of ids. A session has one ranking and resets it for class after class, so that big arrays are made once.
/// </remarks>
internal sealed class HostRanking
{
    private readonly List<SpreadGroup> _leaves = [];
    private IReadOnlyList<HostState> _hosts = [];
    private IFilter?[] _refusedBy = [];
    private SpreadGroup[] _groups = [];
    private int[] _counted = [];
    private int[] _positions = [];
    private long[] _costs = [];
    private int _scorers;
    private int _labels;

    /// <summary>The class that the hosts were judged for.</summary>
    public PlacementClass Wanted { get; private set; } = null!;
    /// <summary>How many hosts fit.</summary>
    public int Fitting { get; private set; }
    /// <summary>All hosts, by ordinal.</summary>
    public IReadOnlyList<HostState> Hosts => _hosts;
    /// <summary>How many ranks there are: labels and scorers.</summary>
    public int Ranks => _labels + _scorers;

    /// <summary>Judges all hosts anew for a class.</summary>
    public void Reset(IReadOnlyList<HostState> hosts, PlacementClass wanted)
    {
        Wanted = wanted;
        _hosts = hosts;
        _scorers = wanted.Scorers.Length;
        _labels = wanted.SpreadBy.Length;
        Fitting = 0;
        MakeRoom(hosts.Count);
        _leaves.Clear();
        var root = new SpreadGroup(new HostHeap(_positions, CompareInGroup));
        if (_labels == 0) _leaves.Add(root);
        for (var i = 0; i < hosts.Count; i++) Admit(i, root.LeafOf(hosts[i].Facts, wanted.SpreadBy, _leaves));
        foreach (var leaf in _leaves) leaf.Heap.Order();
    }

    /// <summary>Judges one host again after its counts changed.</summary>
    public void Refresh(HostState host)
    {
        var i = host.Ordinal;
        var heap = _groups[i].Heap;
        var fitted = _refusedBy[i] is null;
        var fits = Judge(i);
        if (fitted && fits) heap.Update(i);
        else if (fits) heap.Add(i);
        else if (fitted) heap.Remove(i);
        Fitting += (fits ? 1 : 0) - (fitted ? 1 : 0);
    }

    /// <summary>The best host and the first rank in which it is better than the next best (-1: in none); null if none fits.</summary>
    public (HostState Host, int DecidedBy)? Best()
    {
        int best = -1, next = -1;
        foreach (var leaf in _leaves)
        {
            // In a heap the second best is one of the first three.
            for (var at = 0; at < 3 && at < leaf.Heap.Count; at++)
            {
                var i = leaf.Heap[at];
                if (best < 0 || Compare(i, best) < 0) (best, next) = (i, best);
                else if (next < 0 || Compare(i, next) < 0) next = i;
            }
        }
        return best < 0 ? null : (_hosts[best], next < 0 ? -1 : FirstDifference(best, next));
    }

    /// <summary>The filter that refused a host; null if it fits.</summary>
    public IFilter? RefusedBy(int ordinal) => _refusedBy[ordinal];

    /// <summary>The best hosts that fit, best first.</summary>
    public IReadOnlyList<int> Top(int count)
    {
        // In a heap what follows the best is below it: only that is looked at.
        var open = new PriorityQueue<int, int>(Comparer<int>.Create(Compare));
        foreach (var leaf in _leaves) Open(leaf.Heap, 0);
        var top = new List<int>();
        while (top.Count < count && open.TryDequeue(out var i, out _))
        {
            top.Add(i);
            Open(_groups[i].Heap, 2 * _positions[i] + 1);
            Open(_groups[i].Heap, 2 * _positions[i] + 2);
        }
        return top;

        void Open(HostHeap heap, int at)
        {
            if (at < heap.Count) open.Enqueue(heap[at], heap[at]);
        }
    }

    /// <summary>What one more instance costs on a host in a rank; less is better.</summary>
    public long Cost(int ordinal, int rank) => rank < _labels ? _groups[ordinal].Path[rank].Instances : _costs[ordinal * _scorers + rank - _labels];

    /// <summary>The host's group in a label's rank.</summary>
    public SpreadGroup Group(int ordinal, int rank) => _groups[ordinal].Path[rank];

    private void MakeRoom(int count)
    {
        if (_positions.Length < count)
        {
            _refusedBy = new IFilter?[count];
            _groups = new SpreadGroup[count];
            _counted = new int[count];
            _positions = new int[count];
        }
        if (_costs.Length < count * _scorers) _costs = new long[count * _scorers];
    }

    private void Admit(int i, SpreadGroup group)
    {
        _groups[i] = group;
        _counted[i] = 0;
        _positions[i] = -1;
        if (!Judge(i)) return;
        group.Heap.Append(i);
        Fitting++;
    }

    /// <summary>Asks the filters, and if all agree the scorers.</summary>
    private bool Judge(int i)
    {
        Recount(i);
        _refusedBy[i] = Wanted.RefusedBy(_hosts[i]);
        if (_refusedBy[i] is not null) return false;
        for (var s = 0; s < _scorers; s++) _costs[i * _scorers + s] = Wanted.Scorers[s].Cost(_hosts[i], Wanted);
        return true;
    }

    private void Recount(int i)
    {
        if (_labels == 0) return;
        var count = _hosts[i].CountOf(Wanted.App);
        foreach (var group in _groups[i].Path) group.Instances += count - _counted[i];
        _counted[i] = count;
    }

    private int Compare(int a, int b)
    {
        if (_labels > 0 && !ReferenceEquals(_groups[a], _groups[b]))
        {
            for (var label = 0; label < _labels; label++)
            {
                var groups = _groups[a].Path[label].Instances.CompareTo(_groups[b].Path[label].Instances);
                if (groups != 0) return groups;
            }
        }
        return CompareInGroup(a, b);
    }

    private int CompareInGroup(int a, int b)
    {
        int left = a * _scorers, right = b * _scorers;
        for (var s = 0; s < _scorers; s++)
        {
            var difference = _costs[left + s].CompareTo(_costs[right + s]);
            if (difference != 0) return difference;
        }
        return a.CompareTo(b);
    }

    private int FirstDifference(int a, int b)
    {
        for (var rank = 0; rank < Ranks; rank++)
        {
            if (Cost(a, rank) != Cost(b, rank)) return rank;
        }
        return -1;
    }
}
