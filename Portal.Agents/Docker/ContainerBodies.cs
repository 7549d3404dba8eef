using System.Collections.Immutable;
using System.Globalization;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Translates a request into what the engine takes. Pure.</summary>
internal static class ContainerBodies
{
    private const string Shared = "container:";
    private static readonly HealthcheckBody NoHealthcheck = new(["NONE"]);

    public static CreateContainerBody From(ContainerRequest request)
    {
        var network = request.NetworkOf is { } other ? $"{Shared}{EnginePaths.Name(other)}" : EnginePaths.Name(request.Network);
        var publishes = network is not "host" and not "none" && request.NetworkOf is null && request.Ports.Length > 0;
        return new CreateContainerBody
        {
            Image = EnginePaths.Reference(request.Image),
            Hostname = request.Hostname,
            User = request.User,
            WorkingDir = request.WorkingDir,
            // One empty word is how the engine is told to drop the image's.
            Entrypoint = request.Entrypoint is { IsDefaultOrEmpty: true } ? [""] : request.Entrypoint,
            Cmd = request.Command is { IsDefault: true } ? null : request.Command,
            Env = request.Env.Count == 0 ? null : [.. request.Env.Select(v => $"{v.Key}={v.Value}")],
            Labels = request.Labels,
            ExposedPorts = publishes ? request.Ports.Select(Key).Distinct().ToDictionary(k => k, _ => Nothing.Instance) : null,
            Healthcheck = Healthcheck(request.HealthCheck),
            StopSignal = request.StopSignal,
            StopTimeout = EnginePaths.Seconds(request.StopGracePeriod),
            HostConfig = HostConfig(request, network, publishes),
            NetworkingConfig = Networking(request, network),
        };
    }

    private static HostConfigBody HostConfig(ContainerRequest request, string network, bool publishes) => new()
    {
        RestartPolicy = new(request.RestartPolicy),
        NetworkMode = network,
        LogConfig = new("json-file", new()
        {
            ["max-size"] = request.LogMaxBytes.ToString(CultureInfo.InvariantCulture),
            ["max-file"] = request.LogMaxFiles.ToString(CultureInfo.InvariantCulture),
        }),
        NanoCpus = request.LimitCpus is { } cpus ? (long)Math.Round(cpus * 1_000_000_000) : null,
        Memory = request.LimitMemoryBytes,
        // The same value: a limit is a limit, not twice as much with swap.
        MemorySwap = request.LimitMemoryBytes,
        MemoryReservation = request.ReservationMemoryBytes,
        PortBindings = publishes ? Bindings(request.Ports) : null,
        Mounts = request.Volumes.Length == 0 ? null : [.. request.Volumes.Select(v => new MountBody("volume", v.Volume, v.Path, v.ReadOnly))],
    };

    private static Dictionary<string, List<PortBinding>> Bindings(ImmutableArray<PublishedPort> ports)
    {
        var bindings = new Dictionary<string, List<PortBinding>>(ports.Length);
        foreach (var port in ports)
        {
            var key = Key(port);
            if (!bindings.TryGetValue(key, out var list)) bindings[key] = list = [];
            list.Add(new(port.HostAddress, port.HostPort == 0 ? "" : port.HostPort.ToString(CultureInfo.InvariantCulture)));
        }
        return bindings;
    }

    /// <summary>Only networks made by users know aliases; with the others the engine refuses them.</summary>
    private static NetworkingBody? Networking(ContainerRequest request, string network) =>
        network is "host" or "none" or "bridge" or "default" || request.NetworkOf is not null || request.NetworkAliases.IsDefaultOrEmpty
            ? null
            : new(new() { [network] = new(request.NetworkAliases) });

    private static HealthcheckBody Healthcheck(EngineHealthCheck? check) => check is null
        ? NoHealthcheck
        : new(["CMD", .. check.Command], Nanoseconds(check.Interval), Nanoseconds(check.Timeout), Nanoseconds(check.StartPeriod), check.Retries);

    private static string Key(PublishedPort port) => string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol}");

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
