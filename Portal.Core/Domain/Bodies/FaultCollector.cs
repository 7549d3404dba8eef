using System.Collections.Immutable;

namespace Portal.Core.Domain.Bodies;

/// <summary>Gathers every fault of a body, so that all can be told at once.</summary>
public sealed class FaultCollector
{
    /// <summary>So many faults are told; of more, only how many.</summary>
    public const int MaxTold = 500;

    private readonly List<Fault> _faults = [];
    private int _untold;

    /// <summary>Whether there is any.</summary>
    public bool Any => _faults.Count > 0;

    /// <summary>All of them, in the order in which they were found.</summary>
    public ImmutableArray<Fault> Faults => _untold == 0 ? [.. _faults] : [.. _faults, new Fault("", $"has {_untold} further faults")];

    /// <summary>Adds a fault.</summary>
    /// <param name="path">As <c>health.interval</c> or <c>ports[0].name</c>; empty for the whole.</param>
    /// <param name="message">What is wrong, to follow the path: <c>must be text</c>.</param>
    public void Add(string path, string message)
    {
        if (_faults.Count < MaxTold)
        {
            _faults.Add(new Fault(path, message));
        }
        else
        {
            _untold++;
        }
    }

    /// <summary>Whether a fault was found at a path or below it: what depends on it need not be checked.</summary>
    public bool Has(string path) => _faults.Any(f =>
        f.Path.StartsWith(path, StringComparison.Ordinal) && (f.Path.Length == path.Length || f.Path[path.Length] is '.' or '['));
}
