using System.Collections.Immutable;
using System.Globalization;
using Portal.Components.Controls;
using Portal.Components.Pages.Settings;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Addresses;

/// <summary>The form that registers a service from outside, or changes one.</summary>
public sealed class ServiceForm(IExternalServices services, Actor actor) : FormModel
{
    /// <summary>Whether one that is there is changed: its name and team stay.</summary>
    public bool IsChange { get; private init; }
    public string Team { get; set; } = "default";
    public string Name { get; set; } = "";
    public string Protocol { get; set; } = "tcp";
    /// <summary>One endpoint a line: address, port, and where wanted version and weight.</summary>
    public string Endpoints { get; set; } = "";
    /// <summary>How it is kept: <c>ttl</c>, <c>http</c> or <c>tcp</c>.</summary>
    public string Kept { get; set; } = "http";
    public string Ttl { get; set; } = "30s";
    public string Path { get; set; } = "/";
    public string Interval { get; set; } = "10s";
    public bool AllowInside { get; set; }

    /// <summary>A form that holds what is registered.</summary>
    public static ServiceForm Of(IExternalServices services, Actor actor, ServiceView service) => new(services, actor)
    {
        IsChange = true,
        Team = service.Team,
        Name = service.Name,
        Protocol = service.Protocol,
        Endpoints = string.Join('\n', service.Endpoints.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Authority} {e.Version}{(e.Weight == 1 ? "" : $" weight={e.Weight}")}").Trim())),
        Kept = service.Registration is { Probe.Kind: HealthKind.Http } ? "http" : service.Registration is { Probe: not null } ? "tcp" : "ttl",
        Ttl = service.Registration?.Ttl is { } ttl ? DurationText.Format(ttl) : "30s",
        Path = service.Registration?.Probe?.Path ?? "/",
        Interval = service.Registration?.Probe is { } probe ? DurationText.Format(probe.Interval) : "10s",
        AllowInside = service.Registration?.AllowsInside ?? false,
        _before = service.Registration,
    };

    private RegistrationView? _before;

    /// <summary>Registers it.</summary>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancellation)
    {
        var faults = new List<Fault>();
        var endpoints = ReadEndpoints(faults);
        TimeSpan? ttl = null;
        HealthSpec? probe = null;
        if (Kept == "ttl")
        {
            ttl = ReadDuration(Ttl, "ttl", faults);
        }
        else
        {
            var kind = Kept == "http" ? HealthKind.Http : HealthKind.Tcp;
            // What the form does not show stays as it was.
            probe = (_before?.Probe is { } known && known.Kind == kind ? known : new HealthSpec { Kind = kind }) with { Path = Kept == "http" ? Path : "/", Interval = ReadDuration(Interval, "interval", faults) ?? TimeSpan.FromSeconds(10) };
            if (Kept == "http" && !Path.StartsWith('/'))
            {
                faults.Add(new Fault("path", "must begin with /"));
            }
        }
        return !Refuse(faults) && await TryAsync(() => services.PutAsync(actor, Team, Name.Trim(), new ServiceRequest(Protocol, endpoints, ttl, _before?.Grace, probe, AllowInside), cancellation));
    }

    private ImmutableArray<RegisteredEndpoint> ReadEndpoints(List<Fault> faults)
    {
        var read = ImmutableArray.CreateBuilder<RegisteredEndpoint>();
        foreach (var (line, i) in Endpoints.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select((l, i) => (l, i)))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var colon = words[0].LastIndexOf(':');
            var weight = words.FirstOrDefault(w => w.StartsWith("weight=", StringComparison.Ordinal));
            if (colon < 1 || !int.TryParse(words[0].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || weight is not null && !int.TryParse(weight.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                faults.Add(new Fault($"endpoints[{i}]", $"“{line}” must be an address and a port, such as 10.0.0.5:5432"));
                continue;
            }
            read.Add(new RegisteredEndpoint(words[0][..colon].Trim('[', ']'), port, string.Join(' ', words.Skip(1).Where(w => w != weight)), weight is null ? 1 : int.Parse(weight.AsSpan(7), CultureInfo.InvariantCulture)));
        }
        if (read.Count == 0 && faults.Count == 0)
        {
            faults.Add(new Fault("endpoints", "at least one is needed"));
        }
        return read.ToImmutable();
    }

    private static TimeSpan? ReadDuration(string text, string path, List<Fault> faults)
    {
        if (DurationText.TryParse(text.Trim(), out var span))
        {
            return span;
        }
        faults.Add(new Fault(path, DurationText.Rule));
        return null;
    }
}
