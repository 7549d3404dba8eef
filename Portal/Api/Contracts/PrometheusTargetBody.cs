using System.Collections.Immutable;
using System.ComponentModel;

namespace Portal.Api.Contracts;

/// <summary>Targets of Prometheus's http_sd.</summary>
internal sealed record PrometheusTargetBody(
    [property: Description("As 10.0.0.1:32768.")] ImmutableArray<string> Targets,
    [property: Description("`__meta_portal_` with team, service, version, external and, of apps, app, host, instance, slot and revision; `__meta_portal_label_` with the app's own labels.")] ImmutableSortedDictionary<string, string> Labels);
