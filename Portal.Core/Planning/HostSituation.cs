using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>A volume whose removal was asked for.</summary>
/// <param name="Team">The team.</param>
/// <param name="TeamName">The team's name.</param>
/// <param name="AppName">The app's name.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Name">The volume's name in the spec.</param>
/// <param name="EngineName">Its name on the engine.</param>
/// <param name="NextTryAt">Not before then; null for at once.</param>
public sealed record UnwantedVolume(TeamId Team, string TeamName, string AppName, int Slot, string Name, string EngineName, DateTimeOffset? NextTryAt = null);

/// <summary>A network of a team on a host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Team">The team's name.</param>
/// <param name="IdleSince">Since when nothing has used it; null while something does.</param>
public sealed record TeamNetwork(string Name, string Team, DateTimeOffset? IdleSince);

/// <summary>Everything that a plan for one host is made from.</summary>
public sealed record HostSituation
{
    /// <summary>The host.</summary>
    public required HostScope Host { get; init; }
    /// <summary>Its assignments that have not ended.</summary>
    public required IReadOnlyDictionary<InstanceId, WantedInstance> Wanted { get; init; }
    /// <summary>What is remembered of each of them.</summary>
    public required IReadOnlyDictionary<InstanceId, InstanceMemory> Memories { get; init; }
    /// <summary>This cluster's containers.</summary>
    public required IReadOnlyCollection<FoundContainer> Containers { get; init; }
    /// <summary>Containers, by id, that no assignment names, decided from a read of the assignments that began after they were listed.</summary>
    public IReadOnlySet<string> Surplus { get; init; } = ImmutableHashSet<string>.Empty;
    /// <summary>Networks that are there, by name.</summary>
    public IReadOnlyDictionary<string, TeamNetwork> Networks { get; init; } = ImmutableDictionary<string, TeamNetwork>.Empty;
    /// <summary>Images that are there, by <see cref="ImageChoice.Canonical"/>, each with when it was last pulled by this worker.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset?> Images { get; init; } = ImmutableDictionary<string, DateTimeOffset?>.Empty;
    /// <summary>Images that are to be there before a rollout begins.</summary>
    public IReadOnlyDictionary<(AppId App, int Revision), PullMemory> Pulls { get; init; } = ImmutableDictionary<(AppId, int), PullMemory>.Empty;
    /// <summary>Volumes to remove.</summary>
    public IReadOnlyCollection<UnwantedVolume> Volumes { get; init; } = [];
    /// <summary>Keys of operations under way.</summary>
    public IReadOnlySet<string> UnderWay { get; init; } = ImmutableHashSet<string>.Empty;
    /// <summary>How long a network may be idle.</summary>
    public TimeSpan NetworkIdle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Images of an instance's containers that have to be pulled before any of them begins.</summary>
    public IEnumerable<InstancePart> MissingImages(WantedInstance wanted) => InstanceParts.Of(wanted.Spec).Where(p => !HasImage(wanted, p));

    /// <summary>Whether the image of one of an instance's containers may be run as it lies there.</summary>
    public bool HasImage(WantedInstance wanted, InstancePart part)
    {
        // What was pulled ahead for its revision need not be looked up again.
        var since = Pulls.TryGetValue((wanted.App, wanted.Revision), out var ahead) ? ahead.Since : Memories.TryGetValue(wanted.Id, out var memory) ? memory.FirstSeenAt : (DateTimeOffset?)null;
        return HasImage(ImageChoice.Of(wanted, part), wanted.Spec.Pull, wanted.ResolvesAnew && ImageChoice.DigestOf(wanted, part) is null, since);
    }

    /// <summary>Whether all images that are pulled ahead are there.</summary>
    public bool HasImages(PullMemory pull) => !MissingImages(pull).Any();

    /// <summary>Of the images that are pulled ahead those that are not there.</summary>
    public IEnumerable<WantedImage> MissingImages(PullMemory pull) => pull.Wanted.Images.Where(i => !HasImage(i.Reference, pull.Wanted.Policy, i.ResolvesAnew, pull.Since));

    private bool HasImage(string image, PullPolicy policy, bool resolvesAnew, DateTimeOffset? since)
    {
        var there = Images.TryGetValue(ImageChoice.Canonical(image), out var pulledAt);
        return policy switch
        {
            PullPolicy.Never => true,
            PullPolicy.IfNotPresent when !resolvesAnew => there,
            _ => there && pulledAt >= since,
        };
    }

    /// <summary>Each instance's containers: where there are several of one part, the one named as it should be.</summary>
    public Dictionary<InstanceId, InstanceContainers> ContainersByInstance()
    {
        var chosen = new Dictionary<InstanceId, InstanceContainers>();
        foreach (var container in Containers)
        {
            if (container.Instance is { } id && Wanted.TryGetValue(id, out var wanted))
            {
                var known = chosen.GetValueOrDefault(id, InstanceContainers.None);
                if (known.Of(container.Part) is not { } other || IsBetter(wanted, container, other))
                {
                    chosen[id] = new InstanceContainers(known.ByPart.SetItem(container.Part, container));
                }
            }
        }
        return chosen;
    }

    private bool IsBetter(WantedInstance wanted, FoundContainer one, FoundContainer other)
    {
        var name = ContainerRequests.NameOf(Host, wanted, one.Part);
        var (named, otherNamed) = (one.Details.Name == name, other.Details.Name == name);
        return named != otherNamed ? named : string.CompareOrdinal(one.Id, other.Id) < 0;
    }
}
