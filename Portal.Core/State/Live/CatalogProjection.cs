using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>Projects the catalog from what was observed: every app port is a service, every running instance with that port published an endpoint. Pure.</summary>
public static class CatalogProjection
{
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
                Name = app.Spec.Ports.Length == 1 ? app.Name : $"{app.Name}-{port.Name}",
                Team = app.Team,
                App = app.Name,
                AppId = app.Id,
                Protocol = port.Protocol,
                Endpoints = [.. instances.SelectMany(i => EndpointsOf(i, port.Name))],
            };
        }
    }

    private static IEnumerable<EndpointView> EndpointsOf(InstanceView instance, string port)
    {
        if (instance is not { State: InstanceState.Running, Address: not null, Host: not null })
        {
            return [];
        }
        return instance.Ports.Where(p => p.Name == port).Select(p => new EndpointView
        {
            Address = instance.Address,
            Port = p.HostPort,
            Version = instance.Revision.ToString(),
            Health = instance.Health,
            Ready = instance.Ready,
            Instance = instance.Id,
            Host = instance.Host,
            ObservedAt = instance.ObservedAt,
        });
    }
}
