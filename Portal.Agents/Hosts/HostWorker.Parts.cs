using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <content>What is remembered of the further containers of instances.</content>
internal sealed partial class HostWorker
{
    /// <summary>Which container of its instance an event is about.</summary>
    private static string PartOf(EngineEvent happened) => happened.Attributes.GetValueOrDefault(LabelKeys.Container, InstanceParts.Main);

    private void ChangePart(InstanceId instance, string part, Func<PartMemory, PartMemory> change)
    {
        if (_memories.TryGetValue(instance, out var memory) && memory.Parts.TryGetValue(part, out var known))
        {
            _memories[instance] = memory with { Parts = memory.Parts.SetItem(part, change(known)) };
        }
    }

    /// <summary>A further container ended: by the time of the inspection it may run again, and its exit code is gone.</summary>
    private void PartDied(InstanceId instance, string part, string container, int code)
    {
        // What it says before this end is another thing than what it said before the last.
        ForgetLastWords(container);
        ChangePart(instance, part, memory => memory with { Observation = memory.Observation with { ExitCode = code } });
    }

    /// <summary>Adds which images the further containers run, as registries know them.</summary>
    private InstanceMemory WithPartDigests(InstanceMemory memory, WantedInstance wanted, InstanceContainers found)
    {
        foreach (var part in InstanceParts.FurtherOf(wanted.Spec))
        {
            if (memory.Parts.GetValueOrDefault(part.Name) is { Observation.ImageDigest: null } known && found.Of(part.Name) is { } present
                && _digests.TryGetValue(present.Details.ImageId, out var digests) && ImageChoice.DigestOf(part.Image, digests) is { } digest)
            {
                var observation = known.Observation with { ImageDigest = digest };
                memory = memory with
                {
                    Parts = memory.Parts.SetItem(part.Name, known with { Observation = observation }),
                    Observation = memory.Observation with { Parts = [.. memory.Observation.Parts.Select(p => p.Name == part.Name ? observation : p)] },
                };
            }
        }
        return memory;
    }

    private static InstanceMemory RememberPart(InstanceMemory instance, string part, OperationResult result, DateTimeOffset now)
    {
        if (result.NameTakenBy is { } other)
        {
            return instance with { NameTakenBy = other };
        }
        if (!instance.Parts.TryGetValue(part, out var memory))
        {
            return instance;
        }
        if (result.Fault is { } fault)
        {
            memory = memory with { Trouble = Trouble.Met(memory.Trouble, fault.Message, fault.Error != EngineError.Unreachable, now) };
        }
        else if (result.Succeeded)
        {
            var restarted = result.Operation is RestartContainer ? 1 : 0;
            memory = memory with { Trouble = null, Observation = memory.Observation with { Restarts = memory.Observation.Restarts + restarted } };
        }
        return instance with { Parts = instance.Parts.SetItem(part, memory) };
    }
}
