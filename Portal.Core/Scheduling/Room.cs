using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>What a predecessor on a host will give back, taken away from the counts while its successor is placed.</summary>
internal sealed class Room
{
    private readonly AppId _app;
    private readonly long _nanoCpus;
    private readonly long _memoryBytes;
    private readonly IReadOnlyList<KeyValuePair<string, HostState.PortUse>> _ports = [];

    private Room(HostState host, PlacementClass wanted, PlacementRequest request)
    {
        Host = host;
        _app = wanted.App;
        host.CountOut(_app);
        if (request.Replaces is null)
        {
            host.Leaving = 1;
            return;
        }
        _nanoCpus = Amounts.NanoCpus(request.Freed.Cpus);
        _memoryBytes = request.Freed.MemoryBytes;
        host.Reserve(-_nanoCpus, -_memoryBytes);
        _ports = host.TakeAway(_app, wanted.Ports);
    }

    /// <summary>Where the predecessor is.</summary>
    public HostState Host { get; }

    /// <summary>Makes room on a host; null where no instance of the app is counted, for then there is nothing to give back.</summary>
    public static Room? Make(HostState? host, PlacementClass wanted, PlacementRequest request) =>
        host is null || host.CountOf(wanted.App) == 0 ? null : new Room(host, wanted, request);

    /// <summary>Counts everything as it was.</summary>
    public void Undo()
    {
        Host.CountIn(_app);
        Host.Leaving = 0;
        Host.Reserve(_nanoCpus, _memoryBytes);
        Host.PutBack(_ports);
    }
}
