using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Components.Pages.Usage;

/// <summary>What something uses now.</summary>
/// <param name="Key">Its identity in the table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Href">Its page; null where it has none.</param>
public sealed record UsageRow(string Key, string Name, string? Href)
{
    /// <summary>A second line: the team, or what it is of.</summary>
    public string Of { get; init; } = "";
    /// <summary>Where it runs, in short.</summary>
    public string Where { get; init; } = "";
    public double? Cpu { get; init; }
    public long? Memory { get; init; }
    /// <summary>What the memory may grow to; null where that is not bounded, or not known.</summary>
    public long? MemoryLimit { get; init; }
    public double? NetRx { get; init; }
    public double? NetTx { get; init; }
    public double? BlockRead { get; init; }
    public double? BlockWrite { get; init; }
    /// <summary>A remark on what the figures cover; empty for none.</summary>
    public string Note { get; init; } = "";
    /// <summary>The instances that it sums, for their recent figures.</summary>
    public ImmutableArray<InstanceId> Instances { get; init; } = [];
    /// <summary>Whether it ended while its row was held.</summary>
    public bool Gone { get; init; }

    /// <summary>The sum of several instances' figures; null stays null where none is known.</summary>
    public UsageRow With(IReadOnlyCollection<InstanceUsage> usages) => this with
    {
        Cpu = Sum(usages, u => u.Cpu),
        Memory = usages.Sum(u => u.Memory),
        MemoryLimit = usages.Count > 0 && usages.All(u => u.MemoryLimit is not null) ? usages.Sum(u => u.MemoryLimit!.Value) : null,
        NetRx = Sum(usages, u => u.NetRx),
        NetTx = Sum(usages, u => u.NetTx),
        BlockRead = Sum(usages, u => u.BlockRead),
        BlockWrite = Sum(usages, u => u.BlockWrite),
    };

    private static double? Sum(IReadOnlyCollection<InstanceUsage> usages, Func<InstanceUsage, double?> figure) =>
        usages.Select(figure).OfType<double>().ToList() is { Count: > 0 } known ? known.Sum() : null;
}
