using System.Net;
using System.Net.Sockets;
using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Services;

namespace Portal.Agents.Services;

/// <summary>
/// Asks a registered endpoint once, at an address that was looked at first: a name may lead elsewhere each time that it is resolved, so the address that was
/// judged is the one that is connected to.
/// </summary>
internal sealed class GuardedProbe(IProbe probe, TimeProvider time)
{
    /// <summary>Asks. Every failure is an answer.</summary>
    public async Task<ProbeAnswer> AskAsync(RegisteredEndpoint endpoint, HealthSpec policy, bool allowsInside, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        ProbeAnswer Told(ProbeOutcome outcome, string text) => new(outcome, time.GetElapsedTime(began), text);
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(endpoint.Address, out var literal) ? [literal]
                : await Dns.GetHostAddressesAsync(endpoint.Address, cancellation).WaitAsync(policy.Timeout, time, cancellation);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return Told(ProbeOutcome.Silent, $"the name {endpoint.Address} leads to no address");
        }
        var refusal = allowsInside ? null : found.Select(AddressRules.Refusal).OfType<string>().FirstOrDefault();
        if (refusal is not null || found.Length == 0)
        {
            return Told(ProbeOutcome.Silent, refusal is null ? $"the name {endpoint.Address} leads to no address" : $"not asked: {refusal}");
        }
        var address = Array.Find(found, a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        var named = policy.Kind == HealthKind.Http && !policy.Headers.Keys.Contains("Host", StringComparer.OrdinalIgnoreCase)
            ? policy with { Headers = policy.Headers.Add("Host", $"{endpoint.Address}:{endpoint.Port}") } : policy;
        return await probe.AskAsync(new ProbeQuestion(address.ToString(), endpoint.Port, named), cancellation);
    }
}
