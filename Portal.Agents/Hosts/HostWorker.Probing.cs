using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <content>Which instances are asked over the network, and what that changes.</content>
internal sealed partial class HostWorker
{
    private readonly HostProber _prober;
    private Dictionary<InstanceId, ProbeTarget> _targets = [];

    /// <summary>Ports move at each start: what is asked follows the latest inspection.</summary>
    private void Aim()
    {
        var targets = new Dictionary<InstanceId, ProbeTarget>();
        foreach (var wanted in _wanted.Values.Where(w => w.Spec.Health.IsProbed))
        {
            var memory = _memories[wanted.Id];
            var port = memory.Observation.Ports.FirstOrDefault(p => p.Name == wanted.Spec.Health.PortName && p.Protocol == "tcp");
            if (memory.Probe is { } record && port.HostPort > 0)
            {
                targets[wanted.Id] = new ProbeTarget(record, port.HostPort, wanted.Spec.Health);
            }
        }
        if (targets.Count != _targets.Count || targets.Any(t => !_targets.TryGetValue(t.Key, out var present) || !present.IsAskedAs(t.Value)))
        {
            _targets = targets;
            _prober.Aim(targets);
        }
    }

    private void Heard(InstanceId instance, ProbeRecord record)
    {
        // Of a run that is over nothing counts any more.
        if (_memories.TryGetValue(instance, out var memory) && memory.Probe?.Run == record.Run)
        {
            _memories[instance] = memory with { Probe = record };
        }
    }
}
