using System.Globalization;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>Processor time of a machine since its start, in the kernel's ticks over all cores.</summary>
internal readonly record struct CpuTime(long Busy, long Total, int Cores);

/// <summary>What the kernel's own files say of a machine.</summary>
internal static class MachineReading
{
    /// <summary>Reads <c>/proc/stat</c> and <c>/proc/meminfo</c>.</summary>
    /// <param name="stat">The one.</param>
    /// <param name="memory">The other.</param>
    /// <param name="before">Processor time at the reading before; null for the first.</param>
    /// <exception cref="FormatException">They are not what they should be.</exception>
    public static (HostUsage Usage, CpuTime Cpu) Of(string stat, string memory, CpuTime? before)
    {
        var cpu = CpuOf(stat);
        var (total, available) = (KilobytesOf(memory, "MemTotal:"), KilobytesOf(memory, "MemAvailable:"));
        var ticks = before is { } earlier && cpu.Busy >= earlier.Busy ? cpu.Total - earlier.Total : 0;
        return (new HostUsage
        {
            // Who collects it says of when it is.
            At = default,
            Cpu = ticks > 0 ? (double)(cpu.Busy - before!.Value.Busy) / ticks * cpu.Cores : null,
            Memory = (total - available) * 1024,
            OfWholeMachine = true,
        }, cpu);
    }

    /// <summary>Reads the last line of <c>df -Pk</c>; null if there is none.</summary>
    public static (long Used, long Total)? DiskOf(string df)
    {
        // Filesystem, 1024-blocks, Used, Available, Capacity, Mounted on.
        var line = df.TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return line.Length >= 6 && line[4].EndsWith('%') && long.TryParse(line[1], NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            && long.TryParse(line[2], NumberStyles.None, CultureInfo.InvariantCulture, out var used) ? (used * 1024, total * 1024) : null;
    }

    private static CpuTime CpuOf(string stat)
    {
        var lines = stat.Split('\n');
        // user nice system idle iowait irq softirq steal; what guests use is in user already.
        var times = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        if (!lines[0].StartsWith("cpu ", StringComparison.Ordinal) || times.Length < 5)
        {
            throw new FormatException("/proc/stat begins without the processors' times.");
        }
        var cores = lines.Skip(1).TakeWhile(l => l.StartsWith("cpu", StringComparison.Ordinal)).Count();
        return new CpuTime(times.Sum() - times[3] - times[4], times.Sum(), cores);
    }

    private static long KilobytesOf(string memory, string name)
    {
        var at = memory.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? throw new FormatException($"/proc/meminfo has no {name}")
            : long.Parse(memory.AsSpan(at + name.Length, memory.IndexOf("kB", at, StringComparison.Ordinal) - at - name.Length).Trim(), CultureInfo.InvariantCulture);
    }
}
