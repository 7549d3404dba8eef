using System.Security.Cryptography;
using System.Text;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Tells apart specs whose containers differ.</summary>
public static class SpecHash
{
    private const int Length = 16;

    /// <summary>
    /// 16 hexadecimal digits over what a container is made of. Replicas, pull, kind (but for a job, whose containers the engine never restarts), placement, update policy, CPU reservation, crash-loop bounds,
    /// the delay before a stop, what happens on host loss and when unhealthy, and checks that the engine does not run are no part of it: changing them makes no new revision.
    /// </summary>
    public static string OfContainer(AppSpec spec)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(NodeWriter.ToJson(Tree(spec))));
        return Convert.ToHexStringLower(hash)[..Length];
    }

    // In an order of its own: the order in which ports and volumes are named changes no container.
    private static Node Tree(AppSpec spec) => Node.Map([.. Main(spec).Entries, .. Parts(spec)]);

    // Only where there are any: the hash of what has none is as it was. The order of sidecars changes nothing, that of init containers does.
    private static IEnumerable<KeyValuePair<string, Node>> Parts(AppSpec spec)
    {
        if (!spec.Sidecars.IsEmpty)
        {
            yield return new(PartsPart.Sidecars, Node.List([.. spec.Sidecars.OrderBy(p => p.Name, StringComparer.Ordinal).Select(PartTree.Hashed)]));
        }
        if (!spec.InitContainers.IsEmpty)
        {
            yield return new(PartsPart.InitContainers, Node.List([.. spec.InitContainers.Select(PartTree.Hashed)]));
        }
    }

    private static Node Main(AppSpec spec) => Node.Map(
        ("image", Node.Text(spec.Image)),
        ("entrypoint", SpecTree.Texts(spec.Entrypoint)),
        ("command", SpecTree.Texts(spec.Command)),
        ("workingDir", SpecTree.Text(spec.WorkingDir)),
        ("user", SpecTree.Text(spec.User)),
        ("env", SpecTree.Texts(spec.Env)),
        ("network", Node.Text(spec.Network)),
        ("ports", Node.List([.. spec.Ports.OrderBy(p => p.Name, StringComparer.Ordinal).Select(SpecTree.Port)])),
        ("volumes", Node.List([.. spec.Volumes.OrderBy(v => v.Name, StringComparer.Ordinal).Select(Mount)])),
        ("reservedMemory", SpecTree.Memory(spec.Resources.Reservations.MemoryBytes)),
        ("limits", SpecTree.Limits(spec.Resources)),
        ("health", spec is { Kind: not AppKind.Job, Health.Kind: HealthKind.Command } ? Check(spec.Health) : Node.Null),
        ("restart", spec.Kind == AppKind.Job ? Node.Text("job") : SpecTree.Word(spec.Restart.Policy)),
        ("stop", Node.Map(("signal", Node.Text(spec.Stop.Signal)), ("gracePeriod", SpecTree.Duration(spec.Stop.GracePeriod)))),
        ("labels", SpecTree.Texts(spec.Labels)));

    private static Node Mount(VolumeSpec volume) => Node.Map(
        ("name", Node.Text(volume.Name)),
        ("path", Node.Text(volume.Path)),
        ("readOnly", Node.Boolean(volume.ReadOnly)));

    internal static Node Check(HealthSpec health) => Node.Map(
        ("command", SpecTree.Texts(health.Command)),
        ("interval", SpecTree.Duration(health.Interval)),
        ("timeout", SpecTree.Duration(health.Timeout)),
        ("retries", Node.Number(health.Retries)),
        ("startPeriod", SpecTree.Duration(health.StartPeriod)));
}
