using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>A further container of an instance, complete with every default: a sidecar that runs beside the main one, or an init container that runs to its end before it.</summary>
public sealed record PartSpec
{
    /// <summary>A DNS label, unique among the instance's containers; neither <see cref="InstanceParts.Main"/> nor <see cref="InstanceParts.All"/>.</summary>
    public required string Name { get; init; }
    /// <summary>The image reference as written.</summary>
    public required string Image { get; init; }
    /// <summary>The image's digest, where it was resolved. Known of a sealed revision, and no part of what users write.</summary>
    public string? ImageDigest { get; init; }
    /// <summary>Replaces the image's entrypoint; null keeps it.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }
    /// <summary>Replaces the image's command; null keeps it.</summary>
    public ImmutableArray<string>? Command { get; init; }
    /// <summary>Working directory; null keeps the image's.</summary>
    public string? WorkingDir { get; init; }
    /// <summary>User, <c>name|uid[:group|gid]</c>; null keeps the image's.</summary>
    public string? User { get; init; }
    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    /// <summary>Which of the instance's volumes it sees, and where.</summary>
    public ImmutableArray<MountSpec> Volumes { get; init; } = [];
    /// <summary>What is set aside, and what may not be exceeded.</summary>
    public ResourcesSpec Resources { get; init; } = new();
    /// <summary>How the engine checks it; of a sidecar only, and only by a command.</summary>
    public HealthSpec Health { get; init; } = new();
}

/// <summary>One of the instance's volumes in a further container.</summary>
/// <param name="Name">The volume's name in the spec.</param>
/// <param name="Path">Absolute path in the container.</param>
/// <param name="ReadOnly">Mounted read-only.</param>
public sealed record MountSpec(string Name, string Path, bool ReadOnly = false);

/// <summary>What a container of an instance is there for.</summary>
public enum PartKind
{
    /// <summary>Runs to its end before the main one.</summary>
    Init,
    /// <summary>The instance's own: its ports and its end are the instance's.</summary>
    Main,
    /// <summary>Runs beside the main one, in its network.</summary>
    Sidecar,
}

/// <summary>Where a container of an instance stands.</summary>
public enum PartState
{
    /// <summary>Not made yet: others go before it.</summary>
    Waiting,
    /// <summary>Being created or started.</summary>
    Starting,
    /// <summary>Runs.</summary>
    Running,
    /// <summary>Ended, and is started again.</summary>
    Restarting,
    /// <summary>An init container that ended with code 0.</summary>
    Completed,
    /// <summary>Ended against the wish, and stays so.</summary>
    Failed,
    /// <summary>Told to stop.</summary>
    Stopping,
    /// <summary>Ended as wanted.</summary>
    Stopped,
    /// <summary>Its host cannot be reached.</summary>
    Unknown,
}

/// <summary>One container of an instance.</summary>
/// <param name="Name">Its name in the instance.</param>
/// <param name="Kind">What it is there for.</param>
/// <param name="Image">The image reference as written.</param>
/// <param name="Spec">What it is made of; null of the main one, which the spec itself describes.</param>
public sealed record InstancePart(string Name, PartKind Kind, string Image, PartSpec? Spec);

/// <summary>The containers of an instance, and what they are and use together.</summary>
public static class InstanceParts
{
    /// <summary>The main container's name.</summary>
    public const string Main = "main";
    /// <summary>The word for all containers of an instance.</summary>
    public const string All = "all";

    /// <summary>Every container, in the order in which they begin.</summary>
    public static ImmutableArray<InstancePart> Of(AppSpec spec) =>
    [
        .. spec.InitContainers.Select(p => new InstancePart(p.Name, PartKind.Init, p.Image, p)),
        new InstancePart(Main, PartKind.Main, spec.Image, null),
        .. spec.Sidecars.Select(p => new InstancePart(p.Name, PartKind.Sidecar, p.Image, p)),
    ];

    /// <summary>Those beside the main one.</summary>
    public static IEnumerable<InstancePart> FurtherOf(AppSpec spec) => spec.HasParts ? Of(spec).Where(p => p.Kind != PartKind.Main) : [];

    /// <summary>
    /// What an instance sets aside on its host: the main container with all sidecars, or the largest init container where that is more, for
    /// init containers run one by one before the others. The one place where this is summed up.
    /// </summary>
    public static Resources ReservationsOf(AppSpec spec)
    {
        if (spec.Sidecars.IsEmpty && spec.InitContainers.IsEmpty)
        {
            return spec.Resources.Reservations;
        }
        var together = spec.Sidecars.Aggregate(spec.Resources.Reservations, (sum, part) => sum + part.Resources.Reservations);
        return spec.InitContainers.Select(p => p.Resources.Reservations).Aggregate(together,
            (most, init) => new Resources(Math.Max(most.Cpus, init.Cpus), Math.Max(most.MemoryBytes, init.MemoryBytes)));
    }

    /// <summary>Bytes that the main container and the sidecars may use together; null where one of them is not bounded.</summary>
    public static long? MemoryLimitOf(AppSpec spec) =>
        spec.Sidecars.Aggregate(spec.Resources.LimitMemoryBytes, (sum, part) => sum + part.Resources.LimitMemoryBytes);

    /// <summary>Its further containers in words, as <c>init container migrate; sidecars log and proxy</c>; empty where there are none.</summary>
    public static string Words(AppSpec spec) => string.Join("; ", new[]
    {
        Words("init container", spec.InitContainers),
        Words("sidecar", spec.Sidecars),
    }.Where(w => w.Length > 0));

    private static string Words(string what, ImmutableArray<PartSpec> parts) => parts switch
    {
        [] => "",
        [var one] => $"{what} {one.Name}",
        [.. var first, var last] => $"{what}s {string.Join(", ", first.Select(p => p.Name))} and {last.Name}",
    };
}
