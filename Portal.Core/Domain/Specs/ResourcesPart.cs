using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Reservations and limits.</summary>
internal static class ResourcesPart
{
    private const double MaxCpus = 1024;
    // The engine's own smallest values.
    private const double MinCpuLimit = 0.01;
    private const long MinMemory = 6 * 1024 * 1024;

    public static ResourcesSpec Read(BodyReader resources)
    {
        var reservations = resources.Object("reservations");
        var limits = resources.Object("limits");
        var reservedCpus = reservations.Number("cpus", 0, MaxCpus);
        var reservedMemory = ReadMemory(reservations, zeroAllowed: true);
        var limitCpus = limits.Number("cpus", MinCpuLimit, MaxCpus);
        var limitMemory = ReadMemory(limits, zeroAllowed: false);
        if (limitCpus < reservedCpus)
        {
            limits.Fault("cpus", "must be at least what is reserved");
        }
        if (limitMemory < reservedMemory)
        {
            limits.Fault("memory", "must be at least what is reserved");
        }
        return new ResourcesSpec
        {
            Reservations = new Resources(reservedCpus ?? 0, reservedMemory ?? 0),
            LimitCpus = limitCpus,
            LimitMemoryBytes = limitMemory,
        };
    }

    private static long? ReadMemory(BodyReader amounts, bool zeroAllowed)
    {
        var bytes = amounts.Memory("memory");
        if (bytes is null or >= MinMemory || (zeroAllowed && bytes == 0))
        {
            return bytes;
        }
        amounts.Fault("memory", zeroAllowed ? "must be at least 6M, or 0 for none" : "must be at least 6M; leave it out for no limit");
        return null;
    }
}
