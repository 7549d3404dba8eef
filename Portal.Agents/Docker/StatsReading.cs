using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>What an engine's statistics mean, by cgroup v1 or v2, reckoned as Docker's own command line does.</summary>
internal static class StatsReading
{
    private const long NanosecondsPerTick = 100;

    /// <returns>Null for none, and for those of a container that does not run: the engine then sends zeros without a time.</returns>
    public static ContainerStats? Of(StatsAnswer? answer) => answer is not { Cpu: { } cpu, Memory: { } memory } || answer.Read.Year < 1970 || cpu.Usage.TotalNanoseconds == 0 ? null : new ContainerStats
    {
        ReadAt = answer.Read,
        Cpu = TimeSpan.FromTicks((long)(cpu.Usage.TotalNanoseconds / NanosecondsPerTick)),
        MemoryBytes = (long)Used(memory),
        ReceivedBytes = answer.Networks is { } received ? received.Values.Sum(n => (long)n.Received) : null,
        SentBytes = answer.Networks is { } sent ? sent.Values.Sum(n => (long)n.Sent) : null,
        BlockReadBytes = Sum(answer.Block?.Bytes, "read"),
        BlockWrittenBytes = Sum(answer.Block?.Bytes, "write"),
    };

    // cgroup v1 counts the children of a group in its totals only.
    private static ulong Used(MemoryStats memory)
    {
        var reclaimable = memory.Details.TotalInactiveFile ?? memory.Details.InactiveFile ?? 0;
        return reclaimable < memory.Usage ? memory.Usage - reclaimable : memory.Usage;
    }

    private static long Sum(BlockEntry[]? entries, string operation)
    {
        long sum = 0;
        foreach (var entry in entries ?? [])
        {
            if (string.Equals(entry.Operation, operation, StringComparison.OrdinalIgnoreCase))
            {
                sum += (long)entry.Value;
            }
        }
        return sum;
    }
}
