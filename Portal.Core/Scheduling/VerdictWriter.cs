using System.Collections.Immutable;
using Portal.Core.Scheduling.Filters;
using Portal.Core.Scheduling.Scorers;

namespace Portal.Core.Scheduling;

/// <summary>Puts into words what a ranking says.</summary>
internal static class VerdictWriter
{
    /// <summary>Up to so many hosts all are listed.</summary>
    public const int AllListed = 100;
    /// <summary>In a bigger cluster so many of those that fit are, and as many of those that refused.</summary>
    public const int Listed = 50;

    /// <summary>Each host's verdict on a class.</summary>
    public static Verdicts Of(HostRanking ranking)
    {
        var hosts = ranking.Hosts;
        var best = ranking.Best();
        var limit = hosts.Count <= AllListed ? AllListed : Listed;
        var fitting = ranking.Top(limit).Select(i => Fit(ranking, i, best!.Value.Host.Ordinal));
        var refused = Refused(ranking);
        var listed = refused.SelectMany(r => r.Hosts).OrderBy(h => h.Ordinal).Take(limit).Select(h => Refusal(ranking.RefusedBy(h.Ordinal)!, h, ranking.Wanted));
        var groups = InOrder(refused.SelectMany(r => r.Filter.Group(r.Hosts, ranking.Wanted)));
        var summary = best is { } choice ? Why(ranking, choice) : NoneFits(hosts.Count, groups);
        return Finish(summary, [.. fitting, .. listed], groups, hosts.Count) with { Remedies = best is null ? Remedies.Of(ranking.Wanted, hosts) : [] };
    }

    /// <summary>The verdicts on a class that is pinned to a host; null if that host is not there.</summary>
    public static Verdicts OfPinned(PlacementClass wanted, HostState? pinned, IReadOnlyList<HostState> hosts)
    {
        var pin = (PinFilter)FilterTable.All.First(f => f is PinFilter);
        var refusedBy = pinned is null ? null : wanted.RefusedBy(pinned);
        var others = hosts.Count - (pinned is null ? 0 : 1);
        var groups = InOrder([
            .. pinned is null || refusedBy is null ? [] : refusedBy.Group([pinned], wanted),
            .. others == 0 ? [] : (IEnumerable<RefusalGroup>)[pin.Group(others, wanted)],
        ]);
        var rows = ImmutableArray.CreateBuilder<HostVerdict>();
        if (pinned is not null) rows.Add(refusedBy is null ? Alone(wanted, pinned) : Refusal(refusedBy, pinned, wanted));
        if (hosts.Count <= AllListed) rows.AddRange(hosts.Where(h => h != pinned).Select(h => Refusal(pin, h, wanted)));
        var summary = pinned is not null && refusedBy is null ? OnlyHost(wanted, pinned) : NoneFits(hosts.Count, groups);
        var isUnfit = pinned is not null && refusedBy is not null;
        return Finish(summary, rows.ToImmutable(), groups, hosts.Count) with { Remedies = isUnfit ? Remedies.Of(wanted, hosts) : [] };
    }

    /// <summary>Verdicts in which one host, refused in general, fits this request, since its predecessor there makes room.</summary>
    public static Verdicts With(Verdicts verdicts, PlacementClass wanted, HostState host, string summary) => verdicts with
    {
        Summary = summary,
        Hosts = [Alone(wanted, host), .. verdicts.Hosts.Where(v => v.Host != host.Id)],
    };

    /// <summary>Why the best host is the best, in one sentence.</summary>
    public static string Why(HostRanking ranking, (HostState Host, int DecidedBy) choice)
    {
        var (host, rank) = choice;
        var total = ranking.Hosts.Count;
        if (total == 1) return $"{host.Name} is the only host, and it fits";
        if (ranking.Fitting == 1) return $"{host.Name} is the only one of {total} hosts that fits";
        var labels = ranking.Wanted.SpreadBy.Length;
        var equals = rank > 0 ? " among equals" : "";
        var why = rank < 0 ? "comes first by id among equals"
            : rank < labels ? $"is in {ranking.Group(host.Ordinal, rank).Name}, which has the fewest instances of the app{equals}"
            : ranking.Wanted.Scorers[rank - labels].Why(host) + equals;
        return $"{ranking.Fitting} of {total} hosts fit; {host.Name} {why}";
    }

    /// <summary>Why a host takes what is pinned to it.</summary>
    public static string OnlyHost(PlacementClass wanted, HostState host) => $"{host.Name} is the only host that will do: {wanted.Pin!.Why}";

    private static string NoneFits(int hosts, ImmutableArray<RefusalGroup> groups) =>
        hosts == 0 ? "0 of 0 hosts fit: no host is registered"
        : $"0 of {hosts} {(hosts == 1 ? "host fits" : "hosts fit")}: {string.Join(", ", groups.Select(g => $"{g.Hosts} {g.Reason}"))}";

    private static Verdicts Finish(string summary, ImmutableArray<HostVerdict> rows, ImmutableArray<RefusalGroup> groups, int hosts)
    {
        var leftOut = hosts - rows.Length;
        return new Verdicts(leftOut == 0 ? summary : $"{summary} ({leftOut} of the {hosts} hosts are not listed)", rows)
        {
            Refusals = groups,
            LeftOut = leftOut,
        };
    }

    private static List<(IFilter Filter, List<HostState> Hosts)> Refused(HostRanking ranking)
    {
        var refused = ranking.Wanted.Filters.Select(f => (Filter: f, Hosts: new List<HostState>())).ToList();
        foreach (var host in ranking.Hosts)
        {
            if (ranking.RefusedBy(host.Ordinal) is { } filter) refused[ranking.Wanted.Filters.IndexOf(filter)].Hosts.Add(host);
        }
        refused.RemoveAll(r => r.Hosts.Count == 0);
        return refused;
    }

    private static ImmutableArray<RefusalGroup> InOrder(IEnumerable<RefusalGroup> groups) => [.. groups.OrderByDescending(g => g.Hosts)];

    private static HostVerdict Refusal(IFilter filter, HostState host, PlacementClass wanted) =>
        new(host.Id, host.Name, filter.Name, filter.Refuse(host, wanted)!, 0, []);

    private static HostVerdict Fit(HostRanking ranking, int ordinal, int best)
    {
        var labels = ranking.Wanted.SpreadBy.Length;
        var scores = Enumerable.Range(0, ranking.Ranks).Select(rank =>
        {
            var worse = Math.Max(0, ranking.Cost(ordinal, rank) - ranking.Cost(best, rank));
            if (rank < labels) return new ScorerVerdict(LabelScorer(ranking.Wanted, rank), 1 / (1.0 + worse), ScorerTable.LabelWeight);
            var scorer = ranking.Wanted.Scorers[rank - labels];
            return new ScorerVerdict(scorer.Name, 1 / (1 + worse / scorer.Unit), scorer.Weight);
        });
        return Fit(ranking.Hosts[ordinal], [.. scores]);
    }

    private static HostVerdict Alone(PlacementClass wanted, HostState host) => Fit(host,
    [
        .. wanted.SpreadBy.Select((_, rank) => new ScorerVerdict(LabelScorer(wanted, rank), 1, ScorerTable.LabelWeight)),
        .. wanted.Scorers.Select(s => new ScorerVerdict(s.Name, 1, s.Weight)),
    ]);

    private static HostVerdict Fit(HostState host, ImmutableArray<ScorerVerdict> scores) =>
        new(host.Id, host.Name, null, "", scores.Sum(s => s.Score * s.Weight), scores);

    private static string LabelScorer(PlacementClass wanted, int rank) => $"spreadBy {wanted.SpreadBy[rank]}";
}
