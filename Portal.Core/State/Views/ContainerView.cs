using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Core.State.Views;

/// <summary>One container of an instance.</summary>
public sealed record ContainerView
{
    /// <summary>Its name in the instance; <c>main</c> for the app's own.</summary>
    public required string Name { get; init; }
    /// <summary>What it is there for.</summary>
    public PartKind Kind { get; init; }
    /// <summary>Its image as written.</summary>
    public string Image { get; init; } = "";
    /// <summary>The digest of the image that it runs; null where it came from no registry, or is not known yet.</summary>
    public string? ImageDigest { get; init; }
    /// <summary>Where it stands.</summary>
    public PartState State { get; init; }
    /// <summary>Its health.</summary>
    public Health Health { get; init; }
    /// <summary>Why it stands where it stands, in a sentence; may be empty.</summary>
    public string Reason { get; init; } = "";
    /// <summary>The container's id; null while there is none.</summary>
    public string? ContainerId { get; init; }
    /// <summary>How often it was restarted.</summary>
    public int Restarts { get; init; }
    /// <summary>Exit code of the last run, where it ended.</summary>
    public int? ExitCode { get; init; }
    /// <summary>When it last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    internal static ContainerView Of(ObservedPart part) => new()
    {
        Name = part.Name,
        Kind = part.Kind,
        Image = part.Image,
        ImageDigest = part.ImageDigest,
        State = part.State,
        Health = part.Health,
        Reason = part.Reason,
        ContainerId = part.ContainerId,
        Restarts = part.Restarts,
        ExitCode = part.ExitCode,
        StartedAt = part.StartedAt,
    };

    /// <summary>The only container of an instance that is its main one alone.</summary>
    internal static ContainerView Alone(InstanceView instance, string image, string? digest) => new()
    {
        Name = InstanceParts.Main,
        Kind = PartKind.Main,
        Image = image,
        ImageDigest = digest,
        State = instance.State switch
        {
            InstanceState.Starting => PartState.Starting,
            InstanceState.Running => PartState.Running,
            InstanceState.Stopping => PartState.Stopping,
            InstanceState.Stopped => PartState.Stopped,
            InstanceState.Failed => PartState.Failed,
            InstanceState.Unknown => PartState.Unknown,
            _ => PartState.Waiting,
        },
        Health = instance.Health,
        Reason = instance.Reason,
        ContainerId = instance.ContainerId,
        Restarts = instance.Restarts,
        ExitCode = instance.ExitCode,
        StartedAt = instance.StartedAt,
    };
}

/// <summary>The containers of an instance that has several, as its row holds them.</summary>
public static class PartsJson
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A JSON array.</summary>
    public static string Write(ImmutableArray<ObservedPart> parts) => parts.IsEmpty ? "[]" : JsonSerializer.Serialize(parts, Options);

    /// <summary>Digests of images by the names of the containers that run them; a main container's is kept elsewhere.</summary>
    public static ImmutableDictionary<string, string> ReadDigests(string? json) => json is null ? ImmutableDictionary<string, string>.Empty : JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(json)!;

    /// <summary>Writes what <see cref="ReadDigests"/> reads.</summary>
    public static string WriteDigests(ImmutableDictionary<string, string> digests) => JsonSerializer.Serialize(digests.ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <summary>The digests that observed containers run by.</summary>
    internal static ImmutableDictionary<string, string> DigestsOf(ImmutableArray<ObservedPart> parts) =>
        parts.Where(p => p is { Kind: not PartKind.Main, ImageDigest: not null }).ToImmutableDictionary(p => p.Name, p => p.ImageDigest!);

    /// <summary>Reads back what <see cref="Write"/> wrote.</summary>
    public static ImmutableArray<ObservedPart> Read(string json) => json == "[]" ? [] : JsonSerializer.Deserialize<ImmutableArray<ObservedPart>>(json, Options);
}
