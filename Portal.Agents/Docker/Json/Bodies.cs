using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Portal.Agents.Docker.Json;

/// <summary>What a container is created from. It has exactly the fields that Portal sets, none for privileges, devices or binds.</summary>
internal sealed record CreateContainerBody
{
    public required string Image { get; init; }
    public string? Hostname { get; init; }
    public string? User { get; init; }
    public string? WorkingDir { get; init; }
    public ImmutableArray<string>? Entrypoint { get; init; }
    public ImmutableArray<string>? Cmd { get; init; }
    public string[]? Env { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public Dictionary<string, Nothing>? ExposedPorts { get; init; }
    public required HealthcheckBody Healthcheck { get; init; }
    public required string StopSignal { get; init; }
    public required int StopTimeout { get; init; }
    public required HostConfigBody HostConfig { get; init; }
    public NetworkingBody? NetworkingConfig { get; init; }
}

/// <summary>The empty object that the engine wants as the value of a set.</summary>
internal sealed record Nothing
{
    public static readonly Nothing Instance = new();
}

internal sealed record HealthcheckBody(
    ImmutableArray<string> Test, long? Interval = null, long? Timeout = null, long? StartPeriod = null, int? Retries = null);

internal sealed record HostConfigBody
{
    public required RestartPolicyBody RestartPolicy { get; init; }
    public required string NetworkMode { get; init; }
    public required LogConfigBody LogConfig { get; init; }
    public long? NanoCpus { get; init; }
    public long? Memory { get; init; }
    public long? MemorySwap { get; init; }
    public long? MemoryReservation { get; init; }
    public Dictionary<string, List<PortBinding>>? PortBindings { get; init; }
    public MountBody[]? Mounts { get; init; }
}

internal sealed record RestartPolicyBody(string Name);

internal sealed record LogConfigBody(string Type, Dictionary<string, string> Config);

internal sealed record PortBinding(string? HostIp, string? HostPort);

internal sealed record MountBody(string Type, string Source, string Target, bool ReadOnly);

internal sealed record NetworkingBody(Dictionary<string, EndpointBody> EndpointsConfig);

internal sealed record EndpointBody(ImmutableArray<string>? Aliases);

internal sealed record CreateNetworkBody(string Name, bool CheckDuplicate, string Driver, IReadOnlyDictionary<string, string> Labels);

internal sealed record CreateVolumeBody(string Name, string Driver, IReadOnlyDictionary<string, string> Labels);

internal sealed record RegistryAuth(
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("serveraddress")] string Server);

/// <summary>A command with a terminal.</summary>
internal sealed record CreateExecBody(ImmutableArray<string> Cmd, string[] Env, int[] ConsoleSize, bool Tty = true, bool AttachStdin = true, bool AttachStdout = true, bool AttachStderr = true);

/// <summary>How a command is begun; its size is read by engines from API 1.42 on.</summary>
internal sealed record StartExecBody(int[] ConsoleSize, bool Tty = true, bool Detach = false);
