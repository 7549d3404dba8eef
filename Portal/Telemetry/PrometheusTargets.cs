using System.Collections.Immutable;
using Portal.Api.Contracts;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Telemetry;

/// <summary>The ready endpoints of the catalog as targets of Prometheus.</summary>
internal static class PrometheusTargets
{
    // Labels of an app that say how it is scraped.
    private const string Scrape = "prometheus.scrape";
    private const string Path = "prometheus.path";
    private const string Scheme = "prometheus.scheme";
    private const string Port = "prometheus.port";

    public static IEnumerable<PrometheusTargetBody> Of(LiveSnapshot snapshot, string? team, string? service)
    {
        foreach (var found in snapshot.Services.Where(s => (team is null || s.Team == team) && (service is null || s.Name == service) && s.Protocol == "tcp"))
        {
            if (snapshot.Apps.GetValueOrDefault(found.AppId) is not { } app || !IsScraped(app, found))
            {
                continue;
            }
            var instances = snapshot.Instances.GetValueOrDefault(app.Id, []).ToDictionary(i => i.Id);
            foreach (var endpoint in found.Endpoints.Where(e => e.Ready))
            {
                yield return new PrometheusTargetBody([Address(endpoint)], Labels(app, found, endpoint, instances.GetValueOrDefault(endpoint.Instance)));
            }
        }
    }

    /// <summary>Where an app names the port that has its figures, only that one.</summary>
    private static bool IsScraped(AppView app, ServiceView service) =>
        app.Spec.Labels.GetValueOrDefault(Scrape) != "false"
        && (!app.Spec.Labels.TryGetValue(Port, out var port) || service.Name == (app.Spec.Ports.Length == 1 ? app.Name : $"{app.Name}-{port}"));

    private static string Address(EndpointView endpoint) =>
        endpoint.Address.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Address}]:{endpoint.Port}" : $"{endpoint.Address}:{endpoint.Port}";

    private static ImmutableSortedDictionary<string, string> Labels(AppView app, ServiceView service, EndpointView endpoint, InstanceView? instance)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in app.Spec.Labels)
        {
            labels["__meta_portal_label_" + PrometheusNames.Label(name)] = value;
        }
        labels["__meta_portal_team"] = service.Team;
        labels["__meta_portal_app"] = service.App;
        labels["__meta_portal_service"] = service.Name;
        labels["__meta_portal_host"] = endpoint.Host;
        labels["__meta_portal_instance"] = endpoint.Instance.Value.ToString();
        labels["__meta_portal_version"] = endpoint.Version;
        if (instance is not null)
        {
            labels["__meta_portal_revision"] = $"{instance.Revision}";
            labels["__meta_portal_slot"] = $"{instance.Slot}";
        }
        if (app.Spec.Labels.TryGetValue(Path, out var path) && path.StartsWith('/'))
        {
            labels["__metrics_path__"] = path;
        }
        if (app.Spec.Labels.TryGetValue(Scheme, out var scheme) && scheme is "http" or "https")
        {
            labels["__scheme__"] = scheme!;
        }
        return labels.ToImmutable();
    }
}
