namespace Portal.Tests.Bench;

/// <summary>What one contender measured, in order of the rounds. <paramref name="Unit"/> is for people: <c>s</c>, <c>ms</c>, <c>/s</c>, <c>MB</c>.</summary>
internal sealed record Series(string Name, string Unit, IReadOnlyList<double> Values)
{
    public double Median => Percentile(50);

    public double Min => Values.Min();

    public double Max => Values.Max();

    /// <summary>The value that <paramref name="percent"/> of the values do not exceed, interpolated between neighbours.</summary>
    public double Percentile(double percent)
    {
        if (Values.Count == 0)
        {
            throw new InvalidOperationException($"{Name} measured nothing.");
        }
        var sorted = Values.Order().ToArray();
        var position = percent / 100 * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }

    /// <summary>Round by round, how many times <paramref name="peer"/> this is: what the machine did in a round cancels out.</summary>
    public Series RatioTo(Series peer)
    {
        if (peer.Values.Count != Values.Count)
        {
            throw new ArgumentException($"{Name} has {Values.Count} rounds, {peer.Name} has {peer.Values.Count}.", nameof(peer));
        }
        return new Series($"{Name} / {peer.Name}", "×", [.. Values.Zip(peer.Values, (mine, theirs) => mine / theirs)]);
    }
}
