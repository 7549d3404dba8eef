using System.Collections.Immutable;
using System.Globalization;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Translates what the engine says of containers. Pure.</summary>
internal static class ContainerAnswers
{
    public static ContainerSummary Summary(ListedContainer listed) => new()
    {
        Id = listed.Id,
        Name = OwnName(listed.Names),
        Image = listed.Image ?? "",
        State = listed.State ?? "",
        Status = listed.Status ?? "",
        Labels = listed.Labels ?? ImmutableDictionary<string, string>.Empty,
        Ports = Ports(listed.Ports),
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(listed.Created),
    };

    public static ContainerDetails Details(InspectedContainer inspected)
    {
        var state = inspected.State;
        var health = state?.Health;
        return new ContainerDetails
        {
            Id = inspected.Id,
            Name = inspected.Name?.TrimStart('/') ?? "",
            State = state?.Status ?? "",
            Labels = inspected.Config?.Labels ?? ImmutableDictionary<string, string>.Empty,
            Health = health?.Status is null or "" or "none" ? null : health.Status,
            HealthOutput = health?.Log is { Length: > 0 } log ? log[^1].Output?.Trim() : null,
            ExitCode = state?.ExitCode ?? 0,
            OomKilled = state?.OomKilled ?? false,
            Error = state?.Error ?? "",
            RestartCount = inspected.RestartCount,
            StartedAt = Known(state?.StartedAt),
            FinishedAt = Known(state?.FinishedAt),
            CreatedAt = inspected.Created,
            ImageId = inspected.Image ?? "",
            Ports = Ports(inspected.NetworkSettings?.Ports),
            Addresses = Addresses(inspected.NetworkSettings?.Networks),
        };
    }

    /// <summary>A container that others link to has their names for it too, with a second slash.</summary>
    private static string OwnName(string[]? names)
    {
        foreach (var name in names ?? [])
            if (name.LastIndexOf('/') <= 0) return name.TrimStart('/');
        return "";
    }

    private static ImmutableArray<PublishedPort> Ports(ListedPort[]? listed)
    {
        if (listed is null or []) return [];
        var ports = ImmutableArray.CreateBuilder<PublishedPort>(listed.Length);
        foreach (var port in listed)
            if (port.PublicPort is { } published)
                ports.Add(new(port.PrivatePort, port.Type ?? "tcp", port.Address ?? "", published));
        return Sorted(ports);
    }

    private static ImmutableArray<PublishedPort> Ports(Dictionary<string, PortBinding[]?>? bindings)
    {
        if (bindings is null or { Count: 0 }) return [];
        var ports = ImmutableArray.CreateBuilder<PublishedPort>();
        foreach (var (key, bound) in bindings)
        {
            var slash = key.IndexOf('/');
            var number = slash < 0 ? key : key[..slash];
            if (bound is null || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var containerPort)) continue;
            foreach (var binding in bound)
                if (int.TryParse(binding.HostPort, NumberStyles.None, CultureInfo.InvariantCulture, out var hostPort))
                    ports.Add(new(containerPort, slash < 0 ? "tcp" : key[(slash + 1)..], binding.HostIp ?? "", hostPort));
        }
        return Sorted(ports);
    }

    /// <summary>The engine lists them in no order; equal ports shall be equal lists.</summary>
    private static ImmutableArray<PublishedPort> Sorted(ImmutableArray<PublishedPort>.Builder ports)
    {
        ports.Sort((a, b) =>
            a.ContainerPort != b.ContainerPort ? a.ContainerPort.CompareTo(b.ContainerPort)
            : a.HostPort != b.HostPort ? a.HostPort.CompareTo(b.HostPort)
            : string.CompareOrdinal($"{a.Protocol} {a.HostAddress}", $"{b.Protocol} {b.HostAddress}"));
        return ports.DrainToImmutable();
    }

    private static ImmutableDictionary<string, string> Addresses(Dictionary<string, InspectedEndpoint?>? networks)
    {
        var addresses = ImmutableDictionary<string, string>.Empty;
        foreach (var (name, endpoint) in networks ?? [])
            if (endpoint?.Address is { Length: > 0 } address) addresses = addresses.Add(name, address);
        return addresses;
    }

    /// <summary>The engine's zero time means never.</summary>
    private static DateTimeOffset? Known(DateTimeOffset? at) => at is { Year: > 1 } ? at : null;
}
