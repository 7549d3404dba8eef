using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Hosts;

/// <summary>One host with the instances it carries.</summary>
public sealed record HostRow
{
    /// <summary>From this share of a capacity on, a host counts as full.</summary>
    public const double FullShare = 0.9;

    public required HostView Host { get; init; }
    public required ImmutableArray<PlacedInstance> Instances { get; init; }
    public bool Gone { get; init; }

    /// <summary>What its loss would do; null until that is worked out.</summary>
    public HostLoss? Loss { get; init; }

    /// <summary>Since when it is in the state that is shown; null where that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    public string Href => PageOf(Host.Name);

    /// <summary>Reserved share of its CPUs, 0 to 1 and above; 0 while its capacity is not known.</summary>
    public double CpuShare => Host.Capacity.Cpus > 0 ? Host.Reserved.Cpus / Host.Capacity.Cpus : 0;

    /// <summary>Reserved share of its memory, as <see cref="CpuShare"/>.</summary>
    public double MemoryShare => Host.Capacity.MemoryBytes > 0 ? (double)Host.Reserved.MemoryBytes / Host.Capacity.MemoryBytes : 0;

    public bool IsFull => CpuShare >= FullShare || MemoryShare >= FullShare;

    /// <summary>What is free, in words.</summary>
    public string Free => Host.Capacity == default ? "not known yet"
        : $"{Words.Cpus(Math.Max(0, Host.Capacity.Cpus - Host.Reserved.Cpus))}, {Words.Bytes(Math.Max(0, Host.Capacity.MemoryBytes - Host.Reserved.MemoryBytes))} free";

    /// <summary>The engine, as <c>Docker 27.1</c>.</summary>
    public string Engine => Host.EngineVersion is null ? "not known yet" : $"Docker {Host.EngineVersion}";

    /// <summary>Operating system and architecture, as <c>Debian 12 · amd64</c>; empty until known.</summary>
    public string Platform => string.Join(" · ", new[] { Words.Or(Host.OsName, Host.Os ?? ""), Host.Architecture }.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>Both.</summary>
    public string Machine => Platform.Length == 0 || Host.EngineVersion is null ? Engine : $"{Engine} · {Platform}";

    public int Apps => Instances.Select(i => i.App.Id).Distinct().Count();

    /// <summary>What was observed counts from the observation, what users want from when they said so, as far as that event is still held.</summary>
    public static DateTimeOffset? SinceOf(HostView host, IEnumerable<EventView> newestFirst)
    {
        DateTimeOffset? Said(string kind) => newestFirst.FirstOrDefault(e => e.Host == host.Name && e.Kind == kind)?.At;
        return (host.Reachability, host.Availability) switch
        {
            _ when host.Reboot is { } reboot => reboot.AskedAt,
            (not Reachability.Reachable, _) => host.Since,
            (_, Availability.Cordoned) => Said("HostCordoned"),
            // When the last instance left, nobody wrote down.
            (_, Availability.Draining) => host.State == "Drained" ? null : host.AvailabilityAt ?? Said("HostDraining"),
            _ => Said("HostActivated") is { } activated && activated > host.Since ? activated : host.Since,
        };
    }

    public static string PageOf(string host) => $"/hosts/{Uri.EscapeDataString(host)}";
}

/// <summary>An instance with its app.</summary>
/// <param name="App">Its app.</param>
/// <param name="Instance">The instance.</param>
public sealed record PlacedInstance(AppView App, InstanceView Instance);
