using System.Globalization;

namespace Portal.Tests.Bench.Idle;

/// <summary>What a process and all its descendants take, by the kernel's own books.</summary>
internal static class ProcessUse
{
    private const double Megabyte = 1024;
    private const double TicksASecond = 100;
    private const int ParentField = 3;
    private const int UserTimeField = 13;
    private const int SystemTimeField = 14;

    /// <summary>The process and its descendants.</summary>
    public static IReadOnlyList<int> Tree(int root)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Stat: ReadStat(pid)))
            .Where(p => p.Stat is not null)
            .ToLookup(p => int.Parse(p.Stat![ParentField], CultureInfo.InvariantCulture), p => p.Pid);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(parents[tree[i]]);
        }
        return tree;
    }

    /// <summary>Proportional set size: what is shared with others is counted by its share. In MB.</summary>
    public static double Memory(IEnumerable<int> pids) => pids.Sum(pid => Read($"/proc/{pid}/smaps_rollup") is { } text
        ? text.Split('\n').Where(l => l.StartsWith("Pss:", StringComparison.Ordinal)).Sum(l => double.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / Megabyte
        : 0);

    /// <summary>Processor time so far, in seconds.</summary>
    public static double Seconds(IEnumerable<int> pids) => pids.Sum(pid => ReadStat(pid) is { } stat
        ? (double.Parse(stat[UserTimeField], CultureInfo.InvariantCulture) + double.Parse(stat[SystemTimeField], CultureInfo.InvariantCulture)) / TicksASecond
        : 0);

    // The name may hold blanks and brackets: fields are counted from its end.
    private static string[]? ReadStat(int pid)
    {
        var text = Read($"/proc/{pid}/stat");
        return text is null ? null : ["", "", .. text[(text.LastIndexOf(')') + 2)..].Split(' ')];
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return null;
        }
    }
}
