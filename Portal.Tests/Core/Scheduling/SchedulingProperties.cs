using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling;

/// <summary>What holds for any cluster. A failure names its seed.</summary>
public sealed class SchedulingProperties
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20).Select(i => i * 20)];

    private static IEnumerable<int> From(int seed) => Enumerable.Range(seed, 20);

    [Theory, MemberData(nameof(Seeds))]
    public void Each_request_gets_the_best_host_that_fits_and_none_only_if_none_fits(int first)
    {
        foreach (var seed in From(first))
        {
            var random = new RandomCluster(seed);
            var naive = new NaiveScheduler(random.Cluster);
            var session = new SchedulingSession(random.Cluster);
            foreach (var request in random.Requests(30))
            {
                var expected = naive.Place(request);
                var result = session.Place([request]);
                Assert.True(expected == result.Placed.SingleOrDefault()?.Host, $"seed {seed}, slot {request.Slot}: {expected} but {result.Placed.SingleOrDefault()}");
                Assert.Equal(expected is null, result.Unplaced.Length == 1);
            }
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_batch_is_as_if_one_by_one_in_the_order_said(int first)
    {
        foreach (var seed in From(first))
        {
            var random = new RandomCluster(seed);
            var naive = new NaiveScheduler(random.Cluster);
            var requests = random.Requests(40);
            var result = Scheduler.Place(random.Cluster, requests);

            var placed = result.Placed.ToDictionary(p => p.Instance, p => p.Host);
            foreach (var request in InOrder(requests))
            {
                var expected = naive.Place(request);
                var actual = placed.TryGetValue(request.Instance, out var host) ? host : (HostId?)null;
                Assert.True(expected == actual, $"seed {seed}, slot {request.Slot}: {expected} but {actual}");
            }
            Assert.Equal(requests.Count, result.Placed.Length + result.Unplaced.Length);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_order_of_hosts_changes_nothing(int first)
    {
        foreach (var seed in From(first))
        {
            var random = new RandomCluster(seed);
            var requests = random.Requests(30);
            var expected = Scheduler.Place(random.Cluster, requests);
            var actual = Scheduler.Place(random.Shuffled(), requests);
            Assert.True(Words(expected).SequenceEqual(Words(actual)), $"seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_session_that_saw_changes_is_as_one_that_began_with_their_end(int first)
    {
        foreach (var seed in From(first))
        {
            var random = new RandomCluster(seed);
            var session = new SchedulingSession(random.Cluster);
            var instances = new List<(HostId Host, AppId App, AppSpec Spec)>();
            for (var step = 0; step < 60; step++) Change(random, session, instances);

            var rebuilt = new SchedulingSession(random.Cluster);
            foreach (var (host, app, spec) in instances) rebuilt.OccupyInstance(host, app, spec);

            Assert.True(Words(rebuilt).SequenceEqual(Words(session)), $"seed {seed}");
            var requests = random.Requests(20);
            Assert.True(Words(rebuilt.Place(requests)).SequenceEqual(Words(session.Place(requests))), $"seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Equal_hosts_carry_equally_many(int first)
    {
        foreach (var seed in From(first))
        {
            var random = new Random(seed);
            var hosts = Enumerable.Range(0, random.Next(1, 30)).Select(i => Host($"h{i}")).ToList();
            var cluster = Cluster(hosts);
            var counts = Scheduler.Place(cluster, Requests(Spec(), random.Next(1, 200))).PerHost(cluster).Values;
            Assert.True(counts.Max() - counts.Min() <= 1, $"seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Verdicts_speak_of_every_host_once_and_the_best_has_the_greatest_total(int first)
    {
        foreach (var seed in From(first))
        {
            var random = new RandomCluster(seed);
            var session = new SchedulingSession(random.Cluster);
            session.Place(random.Requests(15));
            foreach (var request in random.Requests(10))
            {
                var before = Words(session);
                var verdicts = session.ExplainAll(request);
                Assert.True(before.SequenceEqual(Words(session)), $"seed {seed}: explaining changed something");
                var fitting = verdicts.Hosts.Where(h => h.RefusedBy is null).ToList();
                Assert.Equal(random.Cluster.Hosts.Length, verdicts.Hosts.DistinctBy(h => h.Host).Count());
                Assert.Equal(random.Cluster.Hosts.Length, fitting.Count + verdicts.Refusals.Sum(r => r.Hosts));
                var result = session.Place([request]);
                Assert.Equal(fitting.FirstOrDefault()?.Host, result.Placed.SingleOrDefault()?.Host);
                Assert.True(fitting.Count == 0 || fitting.All(f => f.Score <= fitting[0].Score), $"seed {seed}");
                Assert.Equal(verdicts.Why, result.Placed.SingleOrDefault()?.Reason ?? result.Unplaced.Single().Reason);
            }
        }
    }

    private static void Change(RandomCluster random, SchedulingSession session, List<(HostId Host, AppId App, AppSpec Spec)> instances)
    {
        switch (random.Next(5))
        {
            case 0 when instances.Count > 0:
                var gone = instances[random.Next(instances.Count)];
                instances.Remove(gone);
                Assert.True(session.ReleaseInstance(gone.Host, gone.App, gone.Spec));
                break;
            case 1:
                var (app, spec) = random.AnyApp;
                var host = random.AnyHost;
                instances.Add((host, app, spec));
                Assert.True(session.OccupyInstance(host, app, spec));
                break;
            case 2:
                var facts = random.Cluster.Hosts[random.Next(random.Cluster.Hosts.Length)];
                session.UpsertHost(facts with { Availability = Availability.Cordoned });
                session.UpsertHost(facts);
                break;
            case 3 when random.AnyHost is var lost:
                session.RemoveHost(lost);
                session.UpsertHost(random.Cluster.Hosts.First(h => h.Id == lost));
                instances.RemoveAll(i => i.Host == lost);
                break;
            default:
                var requests = random.Requests(3);
                var specs = requests.ToDictionary(r => r.Instance);
                instances.AddRange(session.Place(requests).Placed.Select(p => (p.Host, specs[p.Instance].App, specs[p.Instance].Spec)));
                break;
        }
    }

    // Pinned first, then class by class as they come, within a class by slot.
    private static IEnumerable<PlacementRequest> InOrder(List<PlacementRequest> requests) =>
        requests.GroupBy(r => (r.App, r.Pin, string.Join(',', r.Avoid.Keys)))
            .OrderBy(g => g.Key.Pin is null ? 1 : 0)
            .SelectMany(g => g.OrderBy(r => r.Slot));

    private static List<string> Words(PlacementResult result) =>
    [
        .. result.Placed.Select(p => $"{p.Instance} {p.Host} {p.Reason} {Words(p.Verdicts)}"),
        .. result.Unplaced.Select(u => $"{u.Instance} {u.Reason} {Words(u.Verdicts)}"),
    ];

    private static string Words(Verdicts verdicts) =>
        $"{verdicts.Summary} {string.Join(';', verdicts.Hosts.Select(h => $"{h.HostName} {h.RefusedBy} {h.Reason} {string.Join(',', h.Scores)}"))} {string.Join(',', verdicts.Refusals)}";

    private static List<string> Words(SchedulingSession session) =>
        [.. session.ToSnapshot().Hosts.Select(h => $"{h.Name} {h.Availability} {h.Reserved} {h.Instances} "
            + $"{string.Join(',', h.Apps.OrderBy(a => a.Key.Value))} {string.Join(',', h.HostPorts.Order(StringComparer.Ordinal))}")];
}
