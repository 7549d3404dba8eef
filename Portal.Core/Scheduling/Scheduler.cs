namespace Portal.Core.Scheduling;

/// <summary>Decides once where instances go. Pure: the same snapshot and requests give the same answer, in whatever order the hosts come.</summary>
public static class Scheduler
{
    /// <summary>Places a batch; each placement sees the effects of those before it.</summary>
    /// <param name="snapshot">What the hosts look like; not changed.</param>
    /// <param name="requests">What wants a host.</param>
    public static PlacementResult Place(ClusterSnapshot snapshot, IReadOnlyList<PlacementRequest> requests) =>
        new SchedulingSession(snapshot).Place(requests);
}
