using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Addresses;

/// <summary>One service of the list.</summary>
/// <param name="Service">The service.</param>
/// <param name="Gone">Whether it left the catalog while its row was held.</param>
public sealed record AddressRow(ServiceView Service, bool Gone = false)
{
    public (string, string) Key => (Service.Team, Service.Name);

    public int Ready => Service.Endpoints.Count(e => e.Ready);

    public bool IsOutside => Service.Registration is not null;

    public string Origin => IsOutside ? "outside" : "app";

    /// <summary>How it stands, by its endpoints.</summary>
    public Look Look => Service.Endpoints switch
    {
        [] => new("No endpoint", "stopped", "idle"),
        var all when Ready == all.Length => all.All(e => e.Health == Health.Healthy) ? new("All healthy", "healthy", "good") : new("All ready", "running", "run"),
        _ when Ready > 0 => new($"{Ready} of {Service.Endpoints.Length} ready", "warning", "warn"),
        var all when all.All(e => e.Health == Health.Starting) => new("Starting", "working", "work", true),
        var all when all.All(e => e.Health == Health.Unknown) => new("Unknown", "unknown", "idle"),
        _ => new("None ready", "unhealthy", "bad"),
    };

    /// <summary>The facet that <see cref="Look"/> belongs to.</summary>
    public string State => Service.Endpoints.IsEmpty ? "No endpoint" : Ready == Service.Endpoints.Length ? "Ready" : Ready > 0 ? "Partly ready" : Look.Word;

    /// <summary>The versions that are there, newest first, each with how many endpoints it has.</summary>
    public string Versions => string.Join(", ", Service.Endpoints.GroupBy(VersionOf).Where(g => g.Key.Length > 0).OrderByDescending(g => g.Key.Length).ThenByDescending(g => g.Key, StringComparer.Ordinal)
        .Select(g => Service.Endpoints.All(e => VersionOf(e) == g.Key) ? g.Key : $"{g.Key} ×{g.Count()}"));

    /// <summary>Whose last observation is the newest.</summary>
    public DateTimeOffset? ObservedAt => Service.Endpoints.Max(e => e.ObservedAt);

    /// <summary>Every address that may be called, a line each.</summary>
    public string AllAddresses => string.Join('\n', Service.Endpoints.Where(e => e.Ready).Select(e => e.Authority));

    /// <summary>An endpoint's version as people read it: the label where there is one, with the revision.</summary>
    public static string VersionOf(EndpointView e) => e.Instance is null ? e.Version : e.VersionLabel is { } label ? $"{label} (revision {e.Version})" : $"revision {e.Version}";

    /// <summary>How an endpoint stands.</summary>
    public static Look LookOf(EndpointView e) => e is { Health: Health.Healthy, Ready: false } ? new("Not ready", "warning", "warn") : e is { Health: Health.None, Ready: false } ? new("Not ready", "working", "work") : Look.Of(e.Health);
}
