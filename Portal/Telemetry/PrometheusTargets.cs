using System.Collections.Immutable;
using System.Globalization;
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
        foreach (var found in snapshot.Services.Where(s => (team is null || s.Team == team) && (service is null || s.Name == service) && s.Protocol != "udp"))
        {
            var app = found.AppId is { } id ? snapshot.Apps.GetValueOrDefault(id) : null;
            if (app is not null && !IsScraped(app, found))
            {
                continue;
            }
            var instances = app is null ? [] : snapshot.Instances.GetValueOrDefault(app.Id, []);
            foreach (var endpoint in found.Endpoints.Where(e => e.Ready))
            {
                yield return new PrometheusTargetBody([endpoint.Authority], Labels(app, found, endpoint, instances.FirstOrDefault(i => i.Id == endpoint.Instance)));
            }
        }
    }

    /// <summary>Where an app names the port that has its figures, only that one.</summary>
    private static bool IsScraped(AppView app, ServiceView service) =>
        app.Spec.Labels.GetValueOrDefault(Scrape) != "false"
        && (app.Spec.Labels.GetValueOrDefault(Port) is not { } port || service.Name == (app.Spec.Ports.Length == 1 ? app.Name : $"{app.Name}-{port}"));

    private static ImmutableSortedDictionary<string, string> Labels(AppView? app, ServiceView service, EndpointView endpoint, InstanceView? instance)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels["__meta_portal_team"] = service.Team;
        labels["__meta_portal_service"] = service.Name;
        labels["__meta_portal_version"] = endpoint.VersionLabel ?? endpoint.Version;
        labels["__meta_portal_external"] = app is null ? "true" : "false";
        Add("__meta_portal_app", service.App);
        Add("__meta_portal_host", endpoint.Host);
        Add("__meta_portal_instance", endpoint.Instance?.Value.ToString());
        Add("__meta_portal_revision", instance?.Revision.ToString(CultureInfo.InvariantCulture));
        Add("__meta_portal_slot", instance?.Slot.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in app?.Spec.Labels ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            labels["__meta_portal_label_" + PrometheusNames.Label(name)] = value;
        }
        Add("__metrics_path__", app?.Spec.Labels.GetValueOrDefault(Path) is ['/', ..] path ? path : null);
        Add("__scheme__", app?.Spec.Labels.GetValueOrDefault(Scheme) is "http" or "https" ? app.Spec.Labels[Scheme] : null);
        return labels.ToImmutable();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                labels[name] = value;
            }
        }
    }
}
