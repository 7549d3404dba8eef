namespace Portal.Core.Scheduling;

/// <summary>What a path such as <c>host.labels.zone</c> says of a host.</summary>
internal static class HostAttribute
{
    private const string LabelPrefix = "host.labels.";

    /// <summary>The value; null if the host has none.</summary>
    public static string? Of(HostSnapshot host, string path) => path switch
    {
        "host.name" => host.Name,
        "host.os" => host.Os,
        "host.architecture" => host.Architecture,
        _ when path.StartsWith(LabelPrefix, StringComparison.Ordinal) => host.Labels.GetValueOrDefault(path[LabelPrefix.Length..]),
        _ => null,
    };

    /// <summary>Its short name in sentences, as <c>zone</c>.</summary>
    public static string ShortName(string path) =>
        path.StartsWith(LabelPrefix, StringComparison.Ordinal) ? path[LabelPrefix.Length..]
        : path.StartsWith("host.", StringComparison.Ordinal) ? path["host.".Length..]
        : path;
}
