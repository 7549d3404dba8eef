using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>A move by which an instance is better off, by the scorers that spread.</summary>
/// <param name="From">Its host.</param>
/// <param name="To">The host that the scheduler would choose for it.</param>
/// <param name="Rank">The first rank in which it is better; a smaller one weighs more.</param>
/// <param name="Gain">By how much there; at least 1.</param>
internal readonly record struct BetterPlace(HostId From, HostId To, int Rank, long Gain)
{
    public bool IsMoreThan(BetterPlace other) => Rank != other.Rank ? Rank < other.Rank : Gain > other.Gain;
}
