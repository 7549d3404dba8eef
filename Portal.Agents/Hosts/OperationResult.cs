using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <summary>What became of an operation.</summary>
internal sealed record OperationResult(Operation Operation)
{
    /// <summary>What failed; null if nothing did, or it was given up.</summary>
    public EngineException? Fault { get; init; }

    /// <summary>Given up before its end: the claim on the host was about to end, or the connection was renewed.</summary>
    public bool GivenUp { get; init; }

    /// <summary>The container as inspected afterwards.</summary>
    public ContainerDetails? Container { get; init; }

    /// <summary>The container that is confirmed gone.</summary>
    public string? GoneContainer { get; init; }

    /// <summary>What has the instance's name, in a sentence.</summary>
    public string? NameTakenBy { get; init; }

    public bool Succeeded => Fault is null && !GivenUp && NameTakenBy is null;
}
