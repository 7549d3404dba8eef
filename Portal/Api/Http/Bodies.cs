using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Domain.Bodies;
using Portal.Core.Domain.Specs;
using Portal.Core.Engine;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Api.Http;

/// <summary>Reads the body of each call. Faults of the path and the query are told together with those of the body.</summary>
internal static class Bodies
{
    private const int MaxPemLength = 64 * 1024;
    private const int MaxReplicas = 10_000;
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostGrace = TimeSpan.FromHours(1);

    /// <summary>An AppSpec, as JSON or YAML.</summary>
    public static async Task<AppRequest> ReadAppAsync(HttpContext http, QueryReader query, IEnumerable<Fault> more)
    {
        var body = await RequestBody.ReadAsync(http, yaml: true);
        return Join(query, more, () => body.Bytes.IsEmpty ? throw Missing()
            : (body.IsYaml ? SpecCodec.ReadYaml(body.Bytes) : SpecCodec.ReadJson(body.Bytes)).OrRefuse());
    }

    /// <summary>A host. Where its form has faults, those of its meaning are told with them.</summary>
    public static async Task<HostRequest> ReadHostAsync(HttpContext http, QueryReader query, IEnumerable<Fault> more)
    {
        HostRequest? read = null;
        try
        {
            return await ReadAsync(http, query, b => read = ReadHost(b), more: more);
        }
        catch (RefusedException e) when (e.Kind == RefusalKind.Invalid && read is not null)
        {
            var known = e.Faults.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
            RefuseIfAny([.. e.Faults, .. HostRules.Check(read, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).Where(f => !known.Contains(f.Path))]);
            throw;
        }
    }

    private static HostRequest ReadHost(BodyReader b)
    {
        var endpoint = b.RequireText("endpoint", 1024);
        var address = b.Text("address", 253);
        var labels = b.TextMap("labels", NameRules.CheckLabelKey, 253);
        var tls = b.Object("tls");
        var pems = (tls.RequireText("ca", MaxPemLength), tls.RequireText("cert", MaxPemLength), tls.RequireText("key", MaxPemLength));
        return new HostRequest(endpoint, address, b.Has("labels") ? labels : null,
            tls.IsPresent ? new EngineTls(pems.Item1, pems.Item2, pems.Item3) : null, b.Duration("grace", LeastGrace, MostGrace), b.Boolean("rebalance"));
    }

    /// <summary>How long instances wait for a host that is rebooted; 10 minutes where that is not said.</summary>
    public static Task<TimeSpan> ReadRebootAsync(HttpContext http, QueryReader query) =>
        ReadAsync(http, query, b => b.Duration("wait", TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)) ?? TimeSpan.FromMinutes(10), allowEmpty: true);

    /// <summary>Whether a rebalance follows when a host joins.</summary>
    public static Task<bool> ReadRebalanceAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, b => b.RequireBoolean("onJoin"));

    public static Task<(string? DisplayName, Quota Quota)> ReadTeamAsync(HttpContext http, QueryReader query, IEnumerable<Fault> more) => ReadAsync(http, query, b =>
    {
        var quota = b.Object("quota");
        return (b.Text("displayName", 100), new Quota(quota.Number("cpus", 0, 1_000_000), quota.Memory("memory"), quota.Whole("instances", 0, 1_000_000)));
    }, more: more);

    public static Task<TeamRole> ReadMemberAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, b => Role(b, required: true) ?? default);

    public static Task<(string Username, string Password)> ReadRegistryAsync(HttpContext http, QueryReader query, IEnumerable<Fault> more) =>
        ReadAsync(http, query, b => (b.RequireText("username", 256), b.RequireText("password", 16 * 1024)), more: more);

    public static Task<(string Email, bool Administrator)> ReadUserAsync(HttpContext http, QueryReader query) =>
        ReadAsync(http, query, b => (b.Text("email", CheckEmail, required: true) ?? "", b.Boolean("administrator") ?? false));

    public static Task<(string Name, TimeSpan? ExpiresIn, string? Team, TeamRole? Role)> ReadTokenAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, b =>
    {
        var (team, role) = (b.Text("team", NameRules.CheckDnsLabel), Role(b, required: false));
        if (b.Has("role") && !b.Has("team"))
        {
            b.Fault("role", "must come with a team");
        }
        return (b.RequireText("name", 100), b.Duration("expiresIn", TimeSpan.FromSeconds(1), DurationText.Longest), team, role);
    });

    public static Task<int> ReadScaleAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, b => b.RequireWhole("replicas", 0, MaxReplicas));

    public static Task<(string? Image, string? Message)> ReadDeployAsync(HttpContext http, QueryReader query) =>
        ReadAsync(http, query, b => (b.Text("image", CheckImage), b.Text("message", 1000)), allowEmpty: true);

    public static Task<(int? Revision, string? Message)> ReadRollbackAsync(HttpContext http, QueryReader query) =>
        ReadAsync(http, query, b => ((int?)b.Whole("revision", 1, int.MaxValue), b.Text("message", 1000)), allowEmpty: true);

    /// <summary>Why a run is asked for; null where that is not said.</summary>
    public static Task<string?> ReadRunAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, b => b.Text("message", 1000), allowEmpty: true);

    /// <summary>A health policy; null where the body is empty.</summary>
    public static Task<HealthSpec?> ReadHealthAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, HealthCodec.Read, allowEmpty: true);

    /// <summary>A service from outside, in the shape that it is registered in.</summary>
    public static Task<ServiceRequest> ReadServiceAsync(HttpContext http, QueryReader query, IEnumerable<Fault> more) => ReadAsync(http, query, b =>
    {
        if (!b.Has("endpoints"))
        {
            b.Fault("endpoints", "is required");
        }
        var endpoints = b.Objects("endpoints", ServiceRules.MostEndpoints).Select(e => new RegisteredEndpoint(e.Text("address", ServiceRules.CheckAddress, required: true) ?? "",
            e.RequireWhole("port", 1, 65535), e.Text("version", 100) ?? "", e.Whole("weight", 0, ServiceRules.MostWeight) ?? 1)).ToImmutableArray();
        var probe = b.Object("probe");
        return new ServiceRequest(b.Choice("protocol", "tcp", "udp") ?? "tcp", endpoints, b.Duration("ttl", ServiceRules.LeastTtl, ServiceRules.MostTtl),
            b.Duration("grace", TimeSpan.Zero, ServiceRules.MostTtl), probe.IsPresent ? HealthCodec.Read(probe) : null, b.Boolean("allowInside") ?? false);
    }, more: more);

    /// <summary>A scaling policy; null where the body is empty.</summary>
    public static Task<ScalingSpec?> ReadScalingAsync(HttpContext http, QueryReader query) => ReadAsync(http, query, ScalingCodec.Read, allowEmpty: true);

    /// <summary>For calls that take no body: none, or an empty object.</summary>
    public static async Task ReadNoneAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http);
        BodyReader.Read(body.Bytes, _ => true, allowEmpty: true);
    }

    public static void RefuseIfAny(ImmutableArray<Fault> faults)
    {
        if (!faults.IsEmpty)
        {
            throw new RefusedException(RefusalKind.Invalid, faults.Length == 1 ? "The request has a fault." : $"The request has {faults.Length} faults.", faults);
        }
    }

    public static async Task<T> ReadAsync<T>(HttpContext http, QueryReader query, Func<BodyReader, T> read, bool allowEmpty = false, params IEnumerable<Fault> more)
    {
        var body = await RequestBody.ReadAsync(http);
        return Join(query, more, () => body.Bytes.IsEmpty && !allowEmpty ? throw Missing() : BodyReader.Read(body.Bytes, read, allowEmpty));
    }

    /// <summary>What was read, or one refusal with the faults of the path, the query and the body.</summary>
    private static T Join<T>(QueryReader query, IEnumerable<Fault> more, Func<T> read)
    {
        ImmutableArray<Fault> faults = [.. more, .. query.Faults];
        T? result = default;
        try
        {
            result = read();
        }
        catch (RefusedException e) when (e.Kind == RefusalKind.Invalid || !faults.IsEmpty)
        {
            faults = e.Kind == RefusalKind.Invalid ? [.. faults, .. e.Faults] : faults;
        }
        RefuseIfAny(faults);
        return result!;
    }

    private static RefusedException Missing() => new(RefusalKind.Invalid, "A body is needed.", new Fault("", "a body is needed"));

    private static TeamRole? Role(BodyReader body, bool required) =>
        body.Text("role", text => Words.TryParse<TeamRole>(text, out _) ? null : $"must be one of {string.Join(", ", Words.Of<TeamRole>())}", required) is { } word
            && Words.TryParse<TeamRole>(word, out var role) ? role : null;

    private static string? CheckEmail(string email) =>
        email.Length is >= 3 and <= 256 && email.IndexOf('@') is > 0 and var at && at < email.Length - 1 && !email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? null : "must be an e-mail address";

    private static string? CheckImage(string image) => ImageReference.TryParse(image, out _, out var message) ? null : message;
}
