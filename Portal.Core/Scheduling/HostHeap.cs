namespace Portal.Core.Scheduling;

/// <summary>Ordinals of hosts, the best one first; one that changed or goes is found by its position, not by search.</summary>
/// <param name="positions">Where each ordinal is in its heap; -1 if in none. Shared by heaps that share no host.</param>
/// <param name="compare">Less than zero if the first is better.</param>
internal sealed class HostHeap(int[] positions, Comparison<int> compare)
{
    private readonly List<int> _items = [];

    public int Count => _items.Count;

    public int this[int at] => _items[at];

    /// <summary>An empty one with the same positions and order.</summary>
    public HostHeap Sibling() => new(positions, compare);

    /// <summary>Adds a host without putting it in order: <see cref="Order"/> follows.</summary>
    public void Append(int ordinal)
    {
        positions[ordinal] = _items.Count;
        _items.Add(ordinal);
    }

    /// <summary>Puts all in order.</summary>
    public void Order()
    {
        for (var at = _items.Count / 2 - 1; at >= 0; at--) SiftDown(at);
    }

    public void Add(int ordinal)
    {
        Append(ordinal);
        SiftUp(positions[ordinal]);
    }

    /// <summary>Puts one in order again that became better or worse.</summary>
    public void Update(int ordinal)
    {
        SiftUp(positions[ordinal]);
        SiftDown(positions[ordinal]);
    }

    public void Remove(int ordinal)
    {
        var at = positions[ordinal];
        var last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        positions[ordinal] = -1;
        if (last == ordinal) return;
        Set(at, last);
        Update(last);
    }

    private void SiftUp(int at)
    {
        var item = _items[at];
        while (at > 0 && compare(item, _items[(at - 1) / 2]) < 0)
        {
            Set(at, _items[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
        Set(at, item);
    }

    private void SiftDown(int at)
    {
        var item = _items[at];
        while (2 * at + 1 is var child && child < _items.Count)
        {
            if (child + 1 < _items.Count && compare(_items[child + 1], _items[child]) < 0) child++;
            if (compare(_items[child], item) >= 0) break;
            Set(at, _items[child]);
            at = child;
        }
        Set(at, item);
    }

    private void Set(int at, int ordinal)
    {
        _items[at] = ordinal;
        positions[ordinal] = at;
    }
}
