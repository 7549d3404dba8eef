using System.Collections.Immutable;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>A running container that is measured.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Instance">The instance that it is part of.</param>
/// <param name="IsMain">Whether it is the instance's main one: its network is that of all.</param>
/// <param name="Restarts">Restarts in place of the instance so far.</param>
internal readonly record struct SampledContainer(string Id, MeasuredInstance Instance, bool IsMain, int Restarts);

/// <summary>What a host's worker tells its sampler, at one moment.</summary>
/// <param name="IsAnswering">Whether the engine answers.</param>
/// <param name="RootFolder">The folder on the host's machine that holds images and containers; empty where not known.</param>
/// <param name="Containers">Running containers, those of one instance beside each other.</param>
internal sealed record SamplingOrder(bool IsAnswering, string RootFolder, ImmutableArray<SampledContainer> Containers)
{
    public static SamplingOrder None { get; } = new(false, "", []);
}

/// <summary>Where a worker leaves what is to be measured: swapped whole, so neither waits for the other.</summary>
internal sealed class SamplingAim
{
    private volatile SamplingOrder _current = SamplingOrder.None;

    public SamplingOrder Current
    {
        get => _current;
        set => _current = value;
    }
}
