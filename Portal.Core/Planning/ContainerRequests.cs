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
            Name = EngineNames.Container(host.Cluster, wanted.TeamName, wanted.AppName, wanted.Slot, wanted.Epoch),
            Image = ImageChoice.Of(wanted),
            Entrypoint = spec.Entrypoint,
            Command = spec.Command,
            WorkingDir = spec.WorkingDir,
            User = spec.User,
            Env = spec.Env,
            Labels = Labels(host, wanted),
            Network = onHost ? "host" : EngineNames.Network(host.Cluster, wanted.TeamName),
            NetworkAliases = onHost ? [] : [wanted.AppName],
            Ports = onHost ? [] : [.. spec.Ports.Select(p => new PublishedPort(p.ContainerPort, p.Protocol, p.Public ? "" : host.Address, p.HostPort ?? 0))],
            Volumes = [.. spec.Volumes.Select(v => new VolumeMount(VolumeName(host, wanted, v), v.Path, v.ReadOnly))],
            LimitCpus = spec.Resources.LimitCpus,
            LimitMemoryBytes = spec.Resources.LimitMemoryBytes,
            ReservationMemoryBytes = spec.Resources.Reservations.MemoryBytes > 0 ? spec.Resources.Reservations.MemoryBytes : null,
            RestartPolicy = spec.Restart.Policy switch { RestartPolicy.Always => "unless-stopped", RestartPolicy.OnFailure => "on-failure", _ => "no" },
            HealthCheck = spec.Health is { Kind: HealthKind.Command, Command: { } command } health
                ? new EngineHealthCheck(command, health.Interval, health.Timeout, health.StartPeriod, health.Retries)
                : null,
            StopSignal = spec.Stop.Signal,
            StopGracePeriod = spec.Stop.GracePeriod,
        };
    }

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
        return labels.ToImmutable();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A volume that a container needs.</summary>
/// <param name="Name">Its name on the engine.</param>
/// <param name="Labels">Its labels.</param>
public sealed record VolumeRequest(string Name, ImmutableDictionary<string, string> Labels);
