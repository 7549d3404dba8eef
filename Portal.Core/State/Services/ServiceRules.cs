using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>What a service from outside must be, and how its parts are kept.</summary>
public static class ServiceRules
{
    /// <summary>The most endpoints of one service.</summary>
    public const int MostEndpoints = 200;
    /// <summary>The largest weight of an endpoint.</summary>
    public const int MostWeight = 1000;
    /// <summary>How long after its time to live a service stays where nothing else is said.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromMinutes(10);
    /// <summary>The shortest time to live.</summary>
    public static readonly TimeSpan LeastTtl = TimeSpan.FromSeconds(1);
    /// <summary>The longest time to live and the longest grace.</summary>
    public static readonly TimeSpan MostTtl = TimeSpan.FromDays(7);
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostTimeout = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>What is wrong with an address; null where nothing is.</summary>
    public static string? CheckAddress(string address) =>
        IPAddress.TryParse(address, out var ip) ? ip.ToString() == address || address.Contains(':', StringComparison.Ordinal) ? null : $"must be written as {ip}"
        : Uri.CheckHostName(address) == UriHostNameType.Dns && address.Length <= 253 && !address.All(c => char.IsAsciiDigit(c) || c == '.') ? null
        : "must be an IP address or a host name";

    /// <summary>Refuses a request with all its faults at once.</summary>
    /// <exception cref="RefusedException">It has some.</exception>
    public static void Check(Actor actor, string name, ServiceRequest request)
    {
        var faults = new List<Fault>();
        void Fault(bool isWrong, string path, string message)
        {
            if (isWrong)
            {
                faults.Add(new Fault(path, message));
            }
        }
        Fault(!NameRules.IsDnsLabel(name), "name", NameRules.DnsLabelRule);
        Fault(request.Protocol is not ("tcp" or "udp"), "protocol", "must be tcp or udp");
        Fault(request.Endpoints.Length is 0 or > MostEndpoints, "endpoints", $"must have 1 to {MostEndpoints} entries");
        Fault(request.Ttl is null == request.Probe is null, "ttl", "either a ttl, kept alive by heartbeats, or a probe is needed, and not both");
        Fault(request.Ttl is { } ttl && (ttl < LeastTtl || ttl > MostTtl), "ttl", $"must be from {DurationText.Format(LeastTtl)} to {DurationText.Format(MostTtl)}");
        Fault(request.Grace is { } grace && (grace < TimeSpan.Zero || grace > MostTtl), "grace", $"must be from 0s to {DurationText.Format(MostTtl)}");
        if (request.Probe is { } probe)
        {
            Fault(!probe.IsProbed, "probe.kind", "must be http or tcp");
            Fault(probe.Port is not null, "probe.port", "has no meaning here: each endpoint names its port");
            Fault(probe.Interval < LeastInterval, "probe.interval", $"must be at least {DurationText.Format(LeastInterval)}");
            Fault(probe.Timeout > MostTimeout, "probe.timeout", $"must be at most {DurationText.Format(MostTimeout)}");
            Fault(request.Protocol == "udp", "probe", "cannot ask over udp; give the service a ttl");
        }
        CheckEndpoints(request, Fault);
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Invalid, faults.Count == 1 ? "The service has a fault." : $"The service has {faults.Count} faults.", faults);
        }
        CheckInside(actor, request);
    }

    private static void CheckEndpoints(ServiceRequest request, Action<bool, string, string> fault)
    {
        var seen = new HashSet<(string, int)>();
        foreach (var (endpoint, i) in request.Endpoints.Select((e, i) => (e, i)))
        {
            fault(CheckAddress(endpoint.Address) is not null, $"endpoints[{i}].address", CheckAddress(endpoint.Address) ?? "");
            fault(endpoint.Port is < 1 or > 65535, $"endpoints[{i}].port", "must be 1 to 65535");
            fault(endpoint.Weight is < 0 or > MostWeight, $"endpoints[{i}].weight", $"must be 0 to {MostWeight}");
            fault(endpoint.Version.Length > 100 || endpoint.Version.Any(char.IsControl), $"endpoints[{i}].version", "must be at most 100 printable characters");
            fault(!seen.Add((endpoint.Address.ToLowerInvariant(), endpoint.Port)), $"endpoints[{i}]", "repeats an endpoint before it");
        }
    }

    /// <summary>A probe is a connection that a user makes Portal open: not into its own machine.</summary>
    private static void CheckInside(Actor actor, ServiceRequest request)
    {
        if (request.AllowInside && !actor.IsAdministrator)
        {
            throw new RefusedException(RefusalKind.Forbidden, "Only administrators may let Portal connect to its own machine and link.", new Fault("allowInside", "is for administrators only"));
        }
        if (request.Probe is null || request.AllowInside)
        {
            return;
        }
        var faults = request.Endpoints.Select((e, i) => IPAddress.TryParse(e.Address, out var ip) && AddressRules.Refusal(ip) is { } reason ? new Fault($"endpoints[{i}].address", reason) : null).OfType<Fault>().ToList();
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Unprocessable, "Portal probes no addresses of its own machine or link, unless an administrator registers the service with allowInside.", faults);
        }
    }

    /// <summary>The endpoints as they are kept.</summary>
    public static string Write(ImmutableArray<RegisteredEndpoint> endpoints) => JsonSerializer.Serialize(endpoints, s_json);

    /// <summary>Reads back what <see cref="Write(ImmutableArray{RegisteredEndpoint})"/> wrote.</summary>
    public static ImmutableArray<RegisteredEndpoint> Read(string json) => JsonSerializer.Deserialize<ImmutableArray<RegisteredEndpoint>>(json, s_json);

    /// <summary>What was observed, as it is kept.</summary>
    public static string Write(ImmutableArray<ObservedEndpoint> endpoints) => JsonSerializer.Serialize(endpoints, s_json);

    /// <summary>Reads back what was observed.</summary>
    public static ImmutableArray<ObservedEndpoint> ReadObserved(string json) => JsonSerializer.Deserialize<ImmutableArray<ObservedEndpoint>>(json, s_json);

    internal static string Describe(ServiceRequest request)
    {
        var places = string.Join(", ", request.Endpoints.Take(5).Select(e => $"{e.Address}:{e.Port}")) + (request.Endpoints.Length > 5 ? $" and {request.Endpoints.Length - 5} more" : "");
        return request.Ttl is { } ttl ? $"{places}, alive by a heartbeat each {DurationText.Format(ttl)}"
            : $"{places}, probed over {(request.Probe!.Kind == HealthKind.Http ? "http" : "tcp")} each {DurationText.Format(request.Probe.Interval)}";
    }
}
