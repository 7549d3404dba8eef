using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps;

/// <summary>One row of the table of apps. The same object as long as neither the app nor its instances changed.</summary>
public sealed record AppRow
{
    public required AppView App { get; init; }
    public required ImmutableArray<InstanceView> Instances { get; init; }
    public required ImageName Image { get; init; }
    /// <summary>Names of the hosts that carry it, in order.</summary>
    public required ImmutableArray<string> Hosts { get; init; }
    /// <summary>Where it can be called, ready ones first.</summary>
    public required ImmutableArray<AppEndpoint> Endpoints { get; init; }
    /// <summary>Whether it was deleted while its row was held.</summary>
    public bool Gone { get; init; }

    public AppId Id => App.Id;
    public string Href => AppEndpoint.PageOf(App);
    public string Counted => $"{App.Healthy} of {App.Desired}";

    public static AppRow Of(AppView app, ImmutableArray<InstanceView> instances) => new()
    {
        App = app,
        Instances = instances,
        Image = ImageName.Parse(app.Image),
        Hosts = [.. instances.Select(i => i.Host).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Endpoints = AppEndpoint.Of(instances),
    };
}

/// <summary>An address and port where an instance can be called.</summary>
/// <param name="Port">The port's name.</param>
/// <param name="Authority"><c>address:port</c>.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Slot">The instance's slot.</param>
/// <param name="Host">Its host.</param>
/// <param name="Ready">Whether its instance is ready.</param>
public sealed record AppEndpoint(string Port, string Authority, string Protocol, int Slot, string Host, bool Ready)
{
    /// <summary>A link a browser can follow; null for UDP.</summary>
    public string? Link => Protocol == "tcp" ? $"http://{Authority}" : null;

    /// <summary>Endpoints of running instances only: what a lost host published leads nowhere, or into another's app.</summary>
    public static ImmutableArray<AppEndpoint> Of(ImmutableArray<InstanceView> instances) =>
    [
        .. from instance in instances
           where instance is { State: InstanceState.Running, Address: not null }
           from port in instance.Ports
           orderby instance.Ready descending, instance.Slot, port.Name
           select new AppEndpoint(port.Name, Join(instance.Address!, port.HostPort), port.Protocol, instance.Slot, instance.Host ?? "", instance.Ready),
    ];

    public static string PageOf(AppView app) => $"/apps/{app.Team}/{app.Name}";

    private static string Join(string address, int port) => address.Contains(':') ? $"[{address}]:{port}" : $"{address}:{port}";
}
