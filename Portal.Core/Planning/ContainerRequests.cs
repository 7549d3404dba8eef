using System.Collections.Immutable;
using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>The container of an instance, as the engine is asked for it. Pure.</summary>
public static class ContainerRequests
{
    /// <summary>The request for an instance on a host.</summary>
    public static ContainerRequest Of(HostScope host, WantedInstance wanted)
    {
        var spec = wanted.Spec;
        var onHost = spec.Network == "host";
        return new ContainerRequest
        {
            Name = NameOf(host, wanted, InstanceParts.Main),
            Image = ImageChoice.Of(wanted),
            Entrypoint = spec.Entrypoint,
            Command = spec.Command,
            WorkingDir = spec.WorkingDir,
            User = spec.User,
            Env = Env(wanted, spec.Env),
            Labels = Labels(host, wanted),
            Network = onHost ? "host" : EngineNames.Network(host.Cluster, wanted.TeamName),
            NetworkAliases = onHost ? [] : [wanted.AppName],
            Ports = onHost ? [] : [.. spec.Ports.Select(p => new PublishedPort(p.ContainerPort, p.Protocol, p.Public ? "" : host.Address, p.HostPort ?? 0))],
            Volumes = [.. spec.Volumes.Select(v => new VolumeMount(VolumeName(host, wanted, v), v.Path, v.ReadOnly))],
            LimitCpus = spec.Resources.LimitCpus,
            LimitMemoryBytes = spec.Resources.LimitMemoryBytes,
            ReservationMemoryBytes = spec.Resources.Reservations.MemoryBytes > 0 ? spec.Resources.Reservations.MemoryBytes : null,
            RestartPolicy = Word(EndOfRun.PolicyOf(spec)),
            HealthCheck = CheckOf(spec.Health),
            StopSignal = spec.Stop.Signal,
            StopGracePeriod = spec.Stop.GracePeriod,
        };
    }

    /// <summary>The request for a further container of an instance. An init container is in the team's network by itself; a sidecar has the main container's network and no ports or names of its own.</summary>
    /// <param name="host">The host.</param>
    /// <param name="wanted">The instance.</param>
    /// <param name="part">The container.</param>
    /// <param name="main">The id of the instance's main container; null for an init container.</param>
    public static ContainerRequest OfPart(HostScope host, WantedInstance wanted, InstancePart part, string? main)
    {
        var spec = part.Spec ?? throw new ArgumentException("The main container is no further one.", nameof(part));
        var onHost = wanted.Spec.Network == "host";
        return new ContainerRequest
        {
            Name = NameOf(host, wanted, part.Name),
            Image = ImageChoice.Of(wanted, part),
            Entrypoint = spec.Entrypoint,
            Command = spec.Command,
            WorkingDir = spec.WorkingDir,
            User = spec.User,
            Env = Env(wanted, spec.Env),
            Labels = Labels(host, wanted).SetItem(LabelKeys.Container, part.Name),
            Network = onHost ? "host" : EngineNames.Network(host.Cluster, wanted.TeamName),
            NetworkOf = onHost ? null : main,
            Volumes = [.. spec.Volumes.Select(m => new VolumeMount(EngineNames.Volume(host.Cluster, wanted.TeamName, wanted.AppName, wanted.Slot, m.Name), m.Path, m.ReadOnly))],
            LimitCpus = spec.Resources.LimitCpus,
            LimitMemoryBytes = spec.Resources.LimitMemoryBytes,
            ReservationMemoryBytes = spec.Resources.Reservations.MemoryBytes > 0 ? spec.Resources.Reservations.MemoryBytes : null,
            // What has done its work shall not do it again.
            RestartPolicy = Word(PartPlanner.PolicyOf(part, wanted)),
            HealthCheck = CheckOf(spec.Health),
            StopGracePeriod = wanted.Spec.Stop.GracePeriod,
        };
    }

    /// <summary>What one of an instance's containers is called on its engine.</summary>
    public static string NameOf(HostScope host, WantedInstance wanted, string part) => part == InstanceParts.Main
        ? EngineNames.Container(host.Cluster, wanted.TeamName, wanted.AppName, wanted.Slot, wanted.Epoch)
        : EngineNames.Part(host.Cluster, wanted.TeamName, wanted.AppName, wanted.Slot, wanted.Epoch, part);

    /// <summary>The volumes that must be there first, each with its labels.</summary>
    public static ImmutableArray<VolumeRequest> VolumesOf(HostScope host, WantedInstance wanted) =>
        [.. wanted.Spec.Volumes.Select(v => new VolumeRequest(VolumeName(host, wanted, v), ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create(LabelKeys.Cluster, host.Cluster.ToString()),
            KeyValuePair.Create(LabelKeys.Team, wanted.TeamName),
            KeyValuePair.Create(LabelKeys.App, wanted.AppName),
            KeyValuePair.Create(LabelKeys.Slot, Number(wanted.Slot)),
            KeyValuePair.Create(LabelKeys.Volume, v.Name),
        ])))];

    private static string Word(RestartPolicy policy) => policy switch { RestartPolicy.Always => "unless-stopped", RestartPolicy.OnFailure => "on-failure", _ => "no" };

    private static EngineHealthCheck? CheckOf(HealthSpec health) => health is { Kind: HealthKind.Command, Command: { } command }
        ? new EngineHealthCheck(command, health.Interval, health.Timeout, health.StartPeriod, health.Retries)
        : null;

    private static string VolumeName(HostScope host, WantedInstance wanted, VolumeSpec volume) =>
        EngineNames.Volume(host.Cluster, wanted.TeamName, wanted.AppName, wanted.Slot, volume.Name);

    private static ImmutableSortedDictionary<string, string> Labels(HostScope host, WantedInstance wanted)
    {
        // Those of the spec first: it cannot take the place of one of Portal's.
        var labels = wanted.Spec.Labels.ToBuilder();
        labels[LabelKeys.Cluster] = host.Cluster.ToString();
        labels[LabelKeys.Team] = wanted.TeamName;
        labels[LabelKeys.App] = wanted.AppName;
        labels[LabelKeys.Slot] = Number(wanted.Slot);
        labels[LabelKeys.Epoch] = Number(wanted.Epoch);
        labels[LabelKeys.Instance] = wanted.Id.ToString();
        labels[LabelKeys.Revision] = Number(wanted.Revision);
        labels[LabelKeys.Spec] = wanted.SpecHash;
        if (wanted.Run is { } run)
        {
            labels[LabelKeys.Run] = Number(run);
        }
        return labels.ToImmutable();
    }

    /// <summary>What a job's instance does depends on which it is: it is told, unless the spec says otherwise.</summary>
    private static ImmutableSortedDictionary<string, string> Env(WantedInstance wanted, ImmutableSortedDictionary<string, string> given)
    {
        if (wanted.Run is not { } run)
        {
            return given;
        }
        var env = given.ToBuilder();
        env.TryAdd("PORTAL_RUN", Number(run));
        env.TryAdd("PORTAL_SLOT", Number(wanted.Slot));
        return env.ToImmutable();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A volume that a container needs.</summary>
/// <param name="Name">Its name on the engine.</param>
/// <param name="Labels">Its labels.</param>
public sealed record VolumeRequest(string Name, ImmutableDictionary<string, string> Labels);
