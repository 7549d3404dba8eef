using System.Globalization;

namespace Portal.Core.Scheduling;

/// <summary>CPU and memory in whole numbers, so that what is added and taken away again leaves nothing behind; and in words.</summary>
internal static class Amounts
{
    private const double NanoCpusPerCpu = 1e9;
    private static readonly (long Bytes, string Unit)[] Units = [(1L << 40, "T"), (1L << 30, "G"), (1L << 20, "M"), (1L << 10, "K")];

    public static long NanoCpus(double cpus) => (long)Math.Round(cpus * NanoCpusPerCpu);

    public static double Cpus(long nanoCpus) => nanoCpus / NanoCpusPerCpu;

    /// <summary>As <c>0.25</c>.</summary>
    public static string CpuText(long nanoCpus) => Math.Max(0, Cpus(nanoCpus)).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>As <c>256M</c>; a fraction is cut, so that what is free never looks more than it is.</summary>
    public static string MemoryText(long bytes)
    {
        foreach (var (size, unit) in Units)
        {
            if (bytes >= size)
            {
                var tenths = (long)(bytes / (decimal)size * 10);
                return string.Create(CultureInfo.InvariantCulture, $"{tenths / 10m:0.#}{unit}");
            }
        }
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, bytes)}");
    }
}
