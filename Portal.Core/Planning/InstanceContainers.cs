using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>The containers of one instance that are there, each once, by their names in it.</summary>
/// <param name="ByPart">By name; the main one under <see cref="InstanceParts.Main"/>.</param>
public sealed record InstanceContainers(ImmutableDictionary<string, FoundContainer> ByPart)
{
    /// <summary>Of an instance that has none.</summary>
    public static InstanceContainers None { get; } = new(ImmutableDictionary<string, FoundContainer>.Empty);

    /// <summary>The main container; null if there is none.</summary>
    public FoundContainer? Main => Of(InstanceParts.Main);

    /// <summary>One of them; null if there is none.</summary>
    public FoundContainer? Of(string part) => ByPart.GetValueOrDefault(part);

    /// <summary>Whether it is one of these rather than a second one of its name.</summary>
    public bool Has(FoundContainer container) => Of(container.Part)?.Id == container.Id;
}

/// <summary>What a container's end means by the restart policy.</summary>
public static class EndOfRun
{
    /// <summary>What restarts an app's containers: those of a job nothing does, for a failure there is tried again as another instance.</summary>
    public static RestartPolicy PolicyOf(AppSpec spec) => spec.Kind == AppKind.Job ? RestartPolicy.Never : spec.Restart.Policy;

    /// <summary>Whether a container that ended is to run again.</summary>
    public static bool RunsAgain(RestartPolicy policy, int exitCode) => policy == RestartPolicy.Always || policy == RestartPolicy.OnFailure && exitCode != 0;

    /// <summary>
    /// Whether an instance's work is done: its main container ended by itself and its restart policy lets it be. Its sidecars are stopped then;
    /// of a job this is the end of a run.
    /// </summary>
    public static bool IsOver(AppSpec spec, ContainerDetails main) => main.State is "exited" or "dead" && !RunsAgain(PolicyOf(spec), main.ExitCode);
}
