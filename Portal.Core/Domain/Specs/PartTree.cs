using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>A further container as a tree in the shape of the API, every default spelled out.</summary>
internal static class PartTree
{
    public static Node Of(PartSpec part, bool isSidecar) => Node.Map(
    [
        .. Container(part),
        new("resources", SpecTree.Resources(part.Resources)),
        .. isSidecar ? [new("health", Health(part.Health))] : (KeyValuePair<string, Node>[])[],
    ]);

    /// <summary>What the container is made of: all but the cores set aside for it, and what is done about an unhealthy one.</summary>
    public static Node Hashed(PartSpec part) => Node.Map(
    [
        .. Container(part),
        new("reservedMemory", SpecTree.Memory(part.Resources.Reservations.MemoryBytes)),
        new("limits", SpecTree.Limits(part.Resources)),
        new("health", part.Health.Kind == HealthKind.Command ? SpecHash.Check(part.Health) : Node.Null),
    ]);

    private static KeyValuePair<string, Node>[] Container(PartSpec part) =>
    [
        new("name", Node.Text(part.Name)),
        new("image", Node.Text(part.Image)),
        new("entrypoint", SpecTree.Texts(part.Entrypoint)),
        new("command", SpecTree.Texts(part.Command)),
        new("workingDir", SpecTree.Text(part.WorkingDir)),
        new("user", SpecTree.Text(part.User)),
        new("env", SpecTree.Texts(part.Env)),
        new("volumes", Node.List([.. part.Volumes.Select(Mount)])),
    ];

    private static Node Mount(MountSpec mount) => Node.Map(
        ("name", Node.Text(mount.Name)),
        ("path", Node.Text(mount.Path)),
        ("readOnly", Node.Boolean(mount.ReadOnly)));

    private static Node Health(HealthSpec health) => Node.Map(
        ("kind", SpecTree.Word(health.Kind)),
        ("command", SpecTree.Texts(health.Command)),
        ("interval", SpecTree.Duration(health.Interval)),
        ("timeout", SpecTree.Duration(health.Timeout)),
        ("retries", Node.Number(health.Retries)),
        ("startPeriod", SpecTree.Duration(health.StartPeriod)),
        ("onUnhealthy", SpecTree.Word(health.OnUnhealthy)));
}
