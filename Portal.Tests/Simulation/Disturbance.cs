using System.Collections.Immutable;

namespace Portal.Tests.Simulation;

/// <summary>What may happen to Portal, by users, chance or the world.</summary>
internal enum DisturbanceKind
{
    CreateApp,
    Deploy,
    DeployBad,
    Scale,
    Restart,
    PauseRollout,
    ResumeRollout,
    CancelRollout,
    StopApp,
    StartApp,
    DeleteApp,
    Drain,
    Cordon,
    Activate,
    ConfirmLoss,
    CrashProcess,
    PauseProcess,
    StopProcess,
    CutProcessOff,
    CutHostOff,
    HostDies,
    EngineFreezes,
    EngineIsSlow,
    PullsAreSlow,
    CallFails,
    EventsAreLost,
    EventsAreRepeated,
    NoticesAreLost,
    NoticesAreRepeated,
    StoreIsAway,
    StoreIsCutOff,
    StoreAnswersAreLost,
    ContainerCrashes,
    ContainerIsRemoved,
    ContainerIsStopped,
    ContainerTurnsSick,
    StrangerTakesName,
}

/// <summary>One disturbance. Its numbers choose among what is there when it happens, so that it means something also after others were dropped.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="A">The first number.</param>
/// <param name="B">The second.</param>
/// <param name="C">The third.</param>
internal sealed record Disturbance(TimeSpan At, DisturbanceKind Kind, int A, int B, int C)
{
    /// <summary>How long one that lasts does: mostly short, now and then longer than any grace.</summary>
    public TimeSpan Length => TimeSpan.FromMilliseconds(B % 3 == 0 ? 15_000 + C * 30 : 300 + C * 7);
}

/// <summary>What a seed stands for: so many hosts and processes, and what happens when.</summary>
/// <param name="Hosts">Hosts.</param>
/// <param name="Processes">Portal processes.</param>
/// <param name="Disturbances">What happens, in order.</param>
internal sealed record Scenario(int Hosts, int Processes, ImmutableArray<Disturbance> Disturbances)
{
    /// <summary>Until when things go wrong.</summary>
    public static readonly TimeSpan Storm = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    public static Scenario Of(int seed)
    {
        var chance = new Random(seed);
        var (hosts, processes) = (chance.Next(2, 5), chance.Next(1, 3));
        var apps = chance.Next(1, 4);
        var all = new List<Disturbance>();
        for (var i = 0; i < apps; i++)
        {
            all.Add(Make(chance, DisturbanceKind.CreateApp, TimeSpan.FromSeconds(3) * chance.NextDouble()));
        }
        for (var i = chance.Next(3, 14); i > 0; i--)
        {
            all.Add(Make(chance, (DisturbanceKind)chance.Next(Enum.GetValues<DisturbanceKind>().Length), Settling + (Storm - Settling) * chance.NextDouble()));
        }
        return new Scenario(hosts, processes, [.. all.OrderBy(d => d.At)]);
    }

    // To the millisecond: the store keeps no more than microseconds.
    private static Disturbance Make(Random chance, DisturbanceKind kind, TimeSpan at) =>
        new(TimeSpan.FromMilliseconds(Math.Floor(at.TotalMilliseconds)), kind, chance.Next(1_000), chance.Next(1_000), chance.Next(1_000));
}
