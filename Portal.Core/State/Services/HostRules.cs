using System.Collections.Immutable;
using System.Net;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>What can be said of a host's description without contacting its engine.</summary>
public static class HostRules
{
    private const int MostLabels = 100;
    private const int LongestLabelValue = 253;
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>How long instances may wait for a host that is rebooted.</summary>
    /// <exception cref="RefusedException">It is too short or too long.</exception>
    public static void CheckWait(TimeSpan wait)
    {
        if (wait < ShortestWait || wait > LongestWait)
        {
            throw new RefusedException(RefusalKind.Invalid, "The request has a fault.", new Fault("wait", $"must be {DurationText.Format(ShortestWait)} to {DurationText.Format(LongestWait)}"));
        }
    }

    /// <summary>Everything that is wrong with it, each at its path; certificates as of <paramref name="now"/>.</summary>
    public static ImmutableArray<Fault> Check(HostRequest request, DateTimeOffset now)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (!EngineAddress.TryParse(request.Endpoint, out var endpoint, out var fault))
        {
            faults.Add(new Fault("endpoint", fault));
        }
        if (!IsAddress(AddressOf(request, endpoint)))
        {
            faults.Add(new Fault("address", "must be a host name or an IP address, without a port"));
        }
        if (request.Tls is { } tls)
        {
            faults.AddRange(endpoint is { Transport: not EngineTransport.Tcp } ? [new Fault("tls", "is for tcp endpoints only")]
                : EngineCertificates.Describe(tls, now).Faults.Select(f => f with { Path = $"tls.{f.Path}" }));
        }
        faults.AddRange(CheckLabels(request.Labels ?? ImmutableSortedDictionary<string, string>.Empty));
        if (request.Grace is { } grace && (grace < ShortestGrace || grace > LongestGrace))
        {
            faults.Add(new Fault("grace", $"must be {DurationText.Format(ShortestGrace)} to {DurationText.Format(LongestGrace)}"));
        }
        return faults.ToImmutable();
    }

    /// <summary>Where others reach the host's published ports: as given, or by its endpoint.</summary>
    internal static string AddressOf(HostRequest request, EngineAddress? endpoint) =>
        request.Address ?? (endpoint is null or { Transport: EngineTransport.Unix } ? "127.0.0.1" : endpoint.Host);

    private static IEnumerable<Fault> CheckLabels(ImmutableSortedDictionary<string, string> labels)
    {
        if (labels.Count > MostLabels)
        {
            yield return new Fault("labels", $"must be at most {MostLabels}");
        }
        foreach (var (key, value) in labels)
        {
            if (NameRules.CheckLabelKey(key) is { } wrong)
            {
                yield return new Fault($"labels.{key}", wrong);
            }
            if (value.Length > LongestLabelValue || value.Any(char.IsControl))
            {
                yield return new Fault($"labels.{key}", $"must have at most {LongestLabelValue} characters and no control characters");
            }
        }
    }

    private static bool IsAddress(string text) => text.Length is > 0 and <= 253
        && (IPAddress.TryParse(text, out _) || (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && char.IsAsciiLetterOrDigit(text[0])));
}
