using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>What is to be said of an instance that shall run and has a container.</summary>
internal static class RunRule
{
    private const int ReasonMax = 300;
    private static readonly TimeSpan StartsQuietly = TimeSpan.FromSeconds(2);

    public static InstanceObservation Of(WantedInstance wanted, ContainerDetails container, InstanceMemory memory, Work work, DateTimeOffset now)
    {
        var down = memory.Observation with { Health = Health.None, Ports = [], ReadySince = null, Failure = InstanceFailure.None, Reason = "" };
        return container.State switch
        {
            "running" when memory.Ended == new ContainerRun(container.Id, container.StartedAt) => down with { State = InstanceState.Starting, Reason = "its container has just ended" },
            "running" => Running(wanted, container, memory, work, now),
            "paused" => down with { State = InstanceState.Running, Health = Health.Unknown, Reason = "paused outside Portal" },
            "restarting" => Crashed(wanted, memory, now, down with
            {
                State = InstanceState.Starting,
                ExitCode = container.ExitCode,
                Reason = "ended; the engine restarts it",
            }),
            "created" => InstanceObserver.WithTrouble(down with { State = InstanceState.Starting }, memory, now),
            "removing" => down with { State = InstanceState.Failed, Failure = InstanceFailure.RemovedOutside, Reason = "removed outside Portal" },
            _ when work == Work.Restarting => down with { State = InstanceState.Starting, Reason = memory.Observation.Reason },
            _ => Ended(wanted, container, memory, down with { State = InstanceState.Failed, ExitCode = container.ExitCode }),
        };
    }

    private static InstanceObservation Running(WantedInstance wanted, ContainerDetails container, InstanceMemory memory, Work work, DateTimeOffset now)
    {
        var before = memory.Observation;
        var (health, ready, answer) = HealthOf(wanted.Spec.Health, container, memory.Probe);
        var sameRun = before.ContainerId == container.Id && before.StartedAt == container.StartedAt;
        ready &= health == Health.None || work != Work.Restarting;
        var up = before with
        {
            State = InstanceState.Running,
            Health = health,
            Failure = InstanceFailure.None,
            Reason = ReasonOf(health, ready, answer, memory.Probe, now),
            Ports = PortsOf(wanted.Spec, container),
            ReadySince = !ready ? null : sameRun && before.ReadySince is { } since ? since : now,
        };
        if (health == Health.Unhealthy && wanted.Spec.Health.OnUnhealthy == OnUnhealthy.Replace)
        {
            up = up with { State = InstanceState.Failed, Failure = InstanceFailure.Unhealthy };
        }
        return Crashed(wanted, memory, now, up);
    }

    private static (Health Health, bool Ready, string? Answer) HealthOf(HealthSpec policy, ContainerDetails container, ProbeRecord? probe) => policy.Kind switch
    {
        HealthKind.None => (Health.None, true, null),
        HealthKind.Command => container.Health switch
        {
            "healthy" => (Health.Healthy, true, null),
            "unhealthy" => (Health.Unhealthy, false, container.HealthOutput),
            _ => (Health.Starting, false, null),
        },
        _ => probe is null ? (Health.Starting, false, null) : (probe.Health, probe.Ready, probe.Answer),
    };

    private static string ReasonOf(Health health, bool ready, string? answer, ProbeRecord? probe, DateTimeOffset now) => health switch
    {
        Health.Unhealthy => Sentence("unhealthy", answer),
        Health.Unknown => Sentence("its host's ports cannot be reached, so nothing is known of its health", answer),
        _ when ready || string.IsNullOrEmpty(answer) => "",
        // A start that is just a start needs no words.
        Health.Starting when probe is not null && now - probe.Since < StartsQuietly => "",
        Health.Starting => Sentence("not ready yet", answer),
        _ => Sentence("not ready", answer),
    };

    /// <summary>Adds the crashes to what is said; too many of them are a loop, whatever it does at the moment.</summary>
    private static InstanceObservation Crashed(WantedInstance wanted, InstanceMemory memory, DateTimeOffset now, InstanceObservation observation)
    {
        var restart = wanted.Spec.Restart;
        var recent = CrashCount.Recent(memory.Observation.Crashes, restart, now);
        if (recent == 0)
        {
            return observation;
        }
        var reason = CrashCount.Words("crashed", recent, restart, observation.ExitCode);
        if (recent >= restart.MaxPerHost && observation.Failure == InstanceFailure.None)
        {
            return observation with { State = InstanceState.Failed, Failure = InstanceFailure.CrashLoop, Reason = reason, ReadySince = null };
        }
        return observation.State == InstanceState.Starting ? observation with { Reason = $"{reason}; the engine restarts it" }
            : observation.Reason.Length == 0 ? observation with { Reason = reason }
            : observation;
    }

    private static InstanceObservation Ended(WantedInstance wanted, ContainerDetails container, InstanceMemory memory, InstanceObservation ended)
    {
        var outside = memory.Outside?.ContainerId == container.Id ? memory.Outside : null;
        if (outside is not null || EndOfRun.RunsAgain(EndOfRun.PolicyOf(wanted.Spec), container.ExitCode))
        {
            return ended with
            {
                Failure = InstanceFailure.StoppedOutside,
                Reason = outside switch
                {
                    { Signal: { } signal } when signal != wanted.Spec.Stop.Signal => $"stopped outside Portal: killed with {signal}",
                    not null => "stopped outside Portal",
                    null when container.Error.Length > 0 => Sentence("its engine could not restart it", container.Error),
                    null => $"stopped outside Portal (exit code {container.ExitCode})",
                },
            };
        }
        if (wanted.Run is not null && container.ExitCode == 0)
        {
            return ended with { State = InstanceState.Stopped, Reason = "ended with exit code 0" };
        }
        var memoryWord = container.OomKilled ? " (out of memory)" : "";
        return ended with { Failure = InstanceFailure.Exited, Reason = $"exited with code {container.ExitCode}{memoryWord}{(wanted.Run is null ? "; its restart policy lets it be" : "")}" };
    }

    private static ImmutableArray<ObservedPort> PortsOf(AppSpec spec, ContainerDetails container)
    {
        var ports = ImmutableArray.CreateBuilder<ObservedPort>(spec.Ports.Length);
        foreach (var port in spec.Ports)
        {
            if (spec.Network == "host")
            {
                ports.Add(new ObservedPort(port.Name, port.ContainerPort, port.ContainerPort, port.Protocol));
            }
            // Bound to every interface, IPv6 comes beside IPv4 and may have another number.
            else if (container.Ports.Where(p => p.ContainerPort == port.ContainerPort && p.Protocol == port.Protocol)
                         .OrderBy(p => p.HostAddress.Contains(':')).FirstOrDefault() is { } bound)
            {
                ports.Add(new ObservedPort(port.Name, port.ContainerPort, bound.HostPort, port.Protocol));
            }
        }
        return ports.DrainToImmutable();
    }

    public static string Sentence(string what, string? detail)
    {
        var line = (detail ?? "").ReplaceLineEndings(" ").Trim();
        return line.Length == 0 ? what : $"{what}: {(line.Length > ReasonMax ? line[..ReasonMax] + "…" : line)}";
    }
}
