namespace Portal.Core.Scheduling.Scorers;

/// <summary>One way to rank hosts that fit.</summary>
internal interface IScorer
{
    /// <summary>Its name in verdicts.</summary>
    string Name { get; }

    /// <summary>Its weight in the shown total. What decides is the order of the scorers; the weights follow it.</summary>
    double Weight { get; }

    /// <summary>A difference of cost that halves the shown score.</summary>
    double Unit { get; }

    /// <summary>How unwelcome one more instance is there; less is better. Asked often: allocates nothing.</summary>
    long Cost(HostState host, PlacementClass wanted);

    /// <summary>Why a host wins by this scorer, in words that follow its name.</summary>
    string Why(HostState host);
}
