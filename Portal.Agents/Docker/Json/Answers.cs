using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Portal.Agents.Docker.Json;

internal sealed record ErrorAnswer([property: JsonPropertyName("message")] string? Message);

internal sealed record InfoAnswer(
    string? ServerVersion, string? OSType, string? Architecture, string? OperatingSystem, string? Name,
    [property: JsonPropertyName("NCPU")] int Cpus, long MemTotal, string? DockerRootDir);

internal sealed record ListedContainer(
    string Id, string[]? Names, string? Image, string? State, string? Status, long Created,
    ImmutableDictionary<string, string>? Labels, ListedPort[]? Ports);

internal sealed record ListedPort([property: JsonPropertyName("IP")] string? Address, int PrivatePort, int? PublicPort, string? Type);

internal sealed record InspectedContainer(
    string Id, string? Name, DateTimeOffset Created, string? Image, int RestartCount,
    InspectedState? State, InspectedConfig? Config, InspectedNetworks? NetworkSettings);

internal sealed record InspectedState(
    string? Status, [property: JsonPropertyName("OOMKilled")] bool OomKilled, int ExitCode, string? Error,
    DateTimeOffset StartedAt, DateTimeOffset FinishedAt, InspectedHealth? Health);

internal sealed record InspectedHealth(string? Status, HealthResult[]? Log);

internal sealed record HealthResult(string? Output);

internal sealed record InspectedConfig(ImmutableDictionary<string, string>? Labels);

internal sealed record InspectedNetworks(Dictionary<string, PortBinding[]?>? Ports, Dictionary<string, InspectedEndpoint?>? Networks);

internal sealed record InspectedEndpoint([property: JsonPropertyName("IPAddress")] string? Address);

internal sealed record CreatedAnswer(string? Id);

internal sealed record InspectedExec(bool Running, int? ExitCode);

internal sealed record ListedNetwork(string Id, string Name, ImmutableDictionary<string, string>? Labels);

internal sealed record VolumesAnswer(ListedVolume[]? Volumes);

internal sealed record ListedVolume(string Name, ImmutableDictionary<string, string>? Labels, string? CreatedAt);

internal sealed record ListedImage(string Id, string[]? RepoTags, string[]? RepoDigests, long Size);

internal sealed record PullLine(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("progressDetail")] PullDetail? Detail);

internal sealed record PullDetail(
    [property: JsonPropertyName("current")] long? Current,
    [property: JsonPropertyName("total")] long? Total);

internal sealed record EventLine(string? Action, EventActor? Actor, [property: JsonPropertyName("timeNano")] long TimeNano);

internal sealed record EventActor([property: JsonPropertyName("ID")] string? Id, ImmutableDictionary<string, string>? Attributes);
