using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <summary>What is to be said of a host: the content of its status row.</summary>
internal sealed record HostReport
{
    public Reachability Reachability { get; init; }
    public string Reason { get; init; } = "";
    public DateTimeOffset Since { get; init; }
    public EngineInfo? Engine { get; init; }

    /// <summary>The run of the engine, as of when it was last found reachable.</summary>
    public string? EngineRun { get; init; }

    /// <summary>Compared by reference: a new array is a new report.</summary>
    public string[] Images { get; init; } = [];

    /// <summary>JSON of the containers that are not Portal's.</summary>
    public string Foreign { get; init; } = "[]";
}

/// <summary>A changed observation.</summary>
internal sealed record ObservedInstance(WantedInstance Wanted, InstanceObservation Observation);
