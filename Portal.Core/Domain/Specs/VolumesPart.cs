using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Named volumes.</summary>
internal static class VolumesPart
{
    public static ImmutableArray<VolumeSpec> Read(BodyReader body)
    {
        var volumes = ImmutableArray.CreateBuilder<VolumeSpec>();
        var names = new Uniqueness();
        var paths = new Uniqueness();
        foreach (var volume in body.Objects("volumes"))
        {
            var name = volume.Text("name", NameRules.CheckDnsLabel, required: true);
            var path = volume.Text("path", ContainerPaths.CheckVolume, required: true);
            path = path is null ? null : ContainerPaths.Normal(path);
            names.Check(volume, "name", name);
            paths.Check(volume, "path", path);
            volumes.Add(new VolumeSpec(name ?? "", path ?? "", volume.Boolean("readOnly") ?? false,
                volume.Choice<OnHostLoss>("onHostLoss") ?? OnHostLoss.Wait));
        }
        return volumes.ToImmutable();
    }

    /// <summary>Whether every volume could be read with its name, so that a name not among them is wrong.</summary>
    public static bool AreComplete(BodyReader body, ImmutableArray<VolumeSpec> volumes) =>
        (body.Take("volumes") is not { } node || (node.Kind == NodeKind.List && node.Items.Count == volumes.Length)) && volumes.All(v => v.Name.Length > 0);
}
