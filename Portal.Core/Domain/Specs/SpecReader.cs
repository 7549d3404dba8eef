using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Reads a spec from a tree: the top level; each group of fields has a file of its own.</summary>
internal static class SpecReader
{
    public const int MaxReplicas = 10_000;
    private const int MaxArguments = 1000;
    // Linux takes no longer single argument or variable.
    private const int MaxArgumentBytes = 128 * 1024 - 1;

    public static SpecReading Read(Node? tree, FaultCollector faults)
    {
        var unsupported = new List<Fault>();
        var request = tree is null ? null : BodyReader.Read(tree, faults, body => ReadRequest(body, unsupported));
        var isGood = !faults.Any && unsupported.Count == 0;
        return new SpecReading(isGood ? request : null, faults.Faults, [.. unsupported]);
    }

    /// <summary>A stored spec; null where it is no object.</summary>
    public static AppSpec? ReadTrusted(Node tree, FaultCollector faults) => BodyReader.Read(tree, faults, body => ReadRequest(body, []))?.Spec;

    private static AppRequest ReadRequest(BodyReader body, List<Fault> unsupported)
    {
        ReservedWords.Refuse(body, unsupported);
        var image = body.RequireText("image");
        if (image.Length > 0 && !ImageReference.TryParse(image, out _, out var message))
        {
            body.Fault("image", message);
        }
        var network = ReadNetwork(body, unsupported);
        var ports = PortsPart.Read(body, network);
        var kind = body.Choice<AppKind>("kind") ?? AppKind.Service;
        var volumes = VolumesPart.Read(body);
        var resources = ResourcesPart.Read(body.Object("resources"));
        var (sidecars, initContainers) = PartsPart.Read(body, VolumesPart.AreComplete(body, volumes) ? volumes : null, unsupported);
        var spec = new AppSpec
        {
            Image = image,
            Pull = body.Choice<PullPolicy>("pull") ?? PullPolicy.IfNotPresent,
            Kind = kind,
            Job = JobPart.Read(body, kind),
            Entrypoint = ReadArguments(body, "entrypoint"),
            Command = ReadArguments(body, "command"),
            WorkingDir = body.Text("workingDir", ContainerPaths.CheckDirectory),
            User = body.Text("user", UserRule.Check),
            Env = EnvPart.Read(body, unsupported),
            Network = network,
            Ports = ports,
            Volumes = volumes,
            Sidecars = sidecars,
            InitContainers = initContainers,
            Resources = resources,
            Health = HealthPart.Read(body.Object("health"), PortsPart.AreComplete(body, ports) ? ports : null),
            Restart = PolicyParts.ReadRestart(body.Object("restart")),
            Placement = PlacementPart.Read(body.Object("placement")),
            Update = UpdatePart.Read(body.Object("update")),
            Disruption = UpdatePart.ReadDisruption(body.Object("disruption")),
            Scaling = ScalingPart.Read(body, kind, PortsPart.AreComplete(body, ports) ? ports : null, resources),
            Stop = PolicyParts.ReadStop(body.Object("stop")),
            Labels = body.TextMap("labels", LabelRule.Check, MaxArgumentBytes),
        };
        if (kind == AppKind.Job)
        {
            JobPart.RefuseOthers(body, spec);
        }
        return new AppRequest(UpdatePart.WithoutDefaultMinReady(spec), ReadReplicas(body, spec.Kind));
    }

    private static int? ReadReplicas(BodyReader body, AppKind kind)
    {
        if (kind == AppKind.Global && body.Has("replicas"))
        {
            body.Take("replicas");
            body.Fault("replicas", "must be left out: an app of kind global has one instance on each fitting host");
            return null;
        }
        if (kind == AppKind.Job && body.Has("replicas"))
        {
            body.Take("replicas");
            body.Fault("replicas", "must be left out: job.completions and job.parallelism say how many instances a job has");
            return null;
        }
        return body.Whole("replicas", 0, MaxReplicas);
    }

    private static string ReadNetwork(BodyReader body, List<Fault> unsupported)
    {
        var network = body.Text("network", text => NameRules.IsDnsLabel(text) ? null : "must be bridge, host or the name of a network") ?? "bridge";
        if (network is not ("bridge" or "host"))
        {
            unsupported.Add(new Fault("network", "Networks other than bridge and host do not work yet."));
        }
        return network;
    }

    /// <summary>Program and arguments; an empty list keeps the image's, as with the engine.</summary>
    public static ImmutableArray<string>? ReadArguments(BodyReader body, string name) =>
        body.TextList(name, MaxArguments, MaxArgumentBytes, allowEmpty: true) is { IsEmpty: false } list ? list : null;
}
