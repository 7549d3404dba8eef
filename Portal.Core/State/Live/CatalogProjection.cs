using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>
/// Projects the catalog from what was observed: every app port is a service, every instance that runs with that port published an endpoint. One whose host cannot be
/// reached stays with health Unknown, for nobody knows that it is gone. Pure.
/// </summary>
public static class CatalogProjection
{
    /// <summary>How long after its grace a host may be without a word from any agent before nothing is said of it any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The services of one app, in the order of its ports.</summary>
    public static IEnumerable<ServiceView> Of(AppView app, ImmutableArray<InstanceView> instances)
    {
        if (app.Deleting)
        {
            yield break;
        }
        foreach (var port in app.Spec.Ports)
        {
            yield return new ServiceView
            {
                Name = NameOf(app.Name, port.Name, app.Spec.Ports.Length),
                Team = app.Team,
                TeamId = app.TeamId,
                App = app.Name,
                AppId = app.Id,
                Protocol = port.Protocol,
                Endpoints = [.. instances.SelectMany(i => EndpointsOf(i, port.Name))],
            };
        }
    }

    /// <summary>The names of an app's services.</summary>
    public static IEnumerable<string> NamesOf(string app, AppSpec spec) => spec.Ports.Select(p => NameOf(app, p.Name, spec.Ports.Length));

    /// <summary>The names of apps that may have a service of a name: that name itself, and what stands before any of its hyphens.</summary>
    public static ImmutableArray<string> AppsThatMayHave(string service) =>
        [service, .. Enumerable.Range(1, Math.Max(0, service.Length - 1)).Where(i => service[i] == '-').Select(i => service[..i])];

    /// <summary>Hosts of which no agent has said a word for longer than a silent one takes to be declared lost: nobody works on them.</summary>
    public static ImmutableHashSet<HostId> Unheard(IEnumerable<HostView> hosts, DateTimeOffset now) =>
        [.. hosts.Where(h => h.LastSeenAt is { } seen && now - seen > h.Grace + Patience).Select(h => h.Id)];

    /// <summary>The service with nothing said of its endpoints on those hosts; the same object where it has none there.</summary>
    public static ServiceView WithoutWordOf(ServiceView service, ImmutableHashSet<HostId> unheard) =>
        unheard.IsEmpty || !service.Endpoints.Any(e => IsUnheard(e, unheard)) ? service : service with
        {
            Endpoints = [.. service.Endpoints.Select(e => IsUnheard(e, unheard)
                ? e with { Health = Health.Unknown, Ready = false, Reason = $"no agent has said anything of host {e.Host} for long" } : e)],
        };

    private static bool IsUnheard(EndpointView endpoint, ImmutableHashSet<HostId> unheard) => endpoint.Health != Health.Unknown && endpoint.HostId is { } host && unheard.Contains(host);

    private static string NameOf(string app, string port, int ports) => ports == 1 ? app : $"{app}-{port}";

    private static IEnumerable<EndpointView> EndpointsOf(InstanceView instance, string port)
    {
        if (instance is not { State: InstanceState.Running or InstanceState.Unknown, Desired: DesiredState.Run, Address: not null, Host: not null })
        {
            return [];
        }
        var isKnown = instance.State == InstanceState.Running;
        return instance.Ports.Where(p => p.Name == port).Select(p => new EndpointView
        {
            Address = instance.Address,
            Port = p.HostPort,
            Version = instance.Revision.ToString(),
            VersionLabel = instance.VersionLabel,
            Weight = instance.Weight,
            Protocol = p.Protocol,
            Health = isKnown ? instance.Health : Health.Unknown,
            Ready = isKnown && instance.Ready,
            Reason = isKnown && instance.Ready ? "" : instance.Reason,
            Instance = instance.Id,
            HostId = instance.HostId,
            Host = instance.Host,
            ObservedAt = instance.ObservedAt,
            ObservedBy = instance.ObservedBy,
        });
    }
}
