using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>The further containers of an instance: sidecars and init containers.</summary>
internal static class PartsPart
{
    public const string Sidecars = "sidecars";
    public const string InitContainers = "initContainers";
    private const int MaxParts = 20;

    /// <summary>Reads both lists; names are unique across them.</summary>
    /// <param name="body">The spec.</param>
    /// <param name="volumes">The app's volumes; null where they have faults of their own.</param>
    /// <param name="unsupported">Where is told what does not work yet.</param>
    public static (ImmutableArray<PartSpec> Sidecars, ImmutableArray<PartSpec> InitContainers) Read(BodyReader body, ImmutableArray<VolumeSpec>? volumes, List<Fault> unsupported)
    {
        var names = new Uniqueness();
        return (ReadList(Sidecars), ReadList(InitContainers));

        ImmutableArray<PartSpec> ReadList(string field) =>
            [.. body.Objects(field, MaxParts).Select(part => ReadPart(part, names, volumes, unsupported, isSidecar: field == Sidecars))];
    }

    private static PartSpec ReadPart(BodyReader part, Uniqueness names, ImmutableArray<VolumeSpec>? volumes, List<Fault> unsupported, bool isSidecar)
    {
        var name = part.Text("name", CheckName, required: true);
        names.Check(part, "name", name);
        return new PartSpec
        {
            Name = name ?? "",
            Image = part.Text("image", image => ImageReference.TryParse(image, out _, out var message) ? null : message, required: true) ?? "",
            Entrypoint = SpecReader.ReadArguments(part, "entrypoint"),
            Command = SpecReader.ReadArguments(part, "command"),
            WorkingDir = part.Text("workingDir", ContainerPaths.CheckDirectory),
            User = part.Text("user", UserRule.Check),
            Env = EnvPart.Read(part, unsupported),
            Volumes = ReadMounts(part, volumes),
            Resources = ResourcesPart.Read(part.Object("resources")),
            Health = isSidecar ? ReadHealth(part.Object("health")) : new HealthSpec(),
        };
    }

    private static string? CheckName(string name) =>
        name is InstanceParts.Main or InstanceParts.All ? $"must not be {InstanceParts.Main} or {InstanceParts.All}, which mean the app's own container and all of them" : NameRules.CheckDnsLabel(name);

    private static ImmutableArray<MountSpec> ReadMounts(BodyReader part, ImmutableArray<VolumeSpec>? volumes)
    {
        var mounts = ImmutableArray.CreateBuilder<MountSpec>();
        var paths = new Uniqueness();
        foreach (var mount in part.Objects("volumes"))
        {
            var name = mount.Text("name", NameRules.CheckDnsLabel, required: true);
            if (name is not null && volumes is { } known && known.All(v => v.Name != name))
            {
                mount.Fault("name", $"must name one of the app's volumes; there is none named {name}");
            }
            var path = mount.Text("path", ContainerPaths.CheckVolume, required: true);
            path = path is null ? null : ContainerPaths.Normal(path);
            paths.Check(mount, "path", path);
            mounts.Add(new MountSpec(name ?? "", path ?? "", mount.Boolean("readOnly") ?? false));
        }
        return mounts.ToImmutable();
    }

    /// <summary>A sidecar has no ports of its own: what answers on a port is asked by the app's health policy.</summary>
    private static HealthSpec ReadHealth(BodyReader health)
    {
        var kind = health.Choice<HealthKind>("kind");
        if (kind is HealthKind.Http or HealthKind.Tcp)
        {
            health.Fault("kind", "must be none or command: a sidecar has no ports of its own, and what answers on the app's ports is asked by the app's own health policy");
        }
        var spec = new HealthSpec
        {
            Kind = kind == HealthKind.Command ? HealthKind.Command : HealthKind.None,
            Command = HealthPart.ReadCommand(health),
            OnUnhealthy = health.Choice<OnUnhealthy>("onUnhealthy") ?? OnUnhealthy.Restart,
        };
        spec = HealthPart.ReadTimes(health, spec);
        if (kind is HealthKind.None or HealthKind.Command || !health.Has("kind"))
        {
            HealthPart.CheckCommand(health, spec);
        }
        return spec;
    }
}
