using System.Collections.Immutable;
using Portal.Api.Watch;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

/// <summary>Whoever applies the changes knows what whoever reads anew knows.</summary>
public sealed class WatchTableTests
{
    private static readonly WatchKind[] Kinds = Enum.GetValues<WatchKind>();

    [Fact]
    public void ChangesLeadFromAnySnapshotToTheNext()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var table = WatchTable.Empty;
        var known = new Dictionary<(WatchKind, string), string>();
        var number = 0L;
        for (var step = 0; step < 300; step++)
        {
            var next = WatchTable.Of(Snapshot(random), table);
            foreach (var change in next.Since(table, number + 1))
            {
                Assert.Equal(++number, change.Number);
                var key = (change.Kind, change.Key);
                if (change.Removed)
                {
                    Assert.True(known.Remove(key), $"seed {seed}, step {step}: {key} was not there");
                }
                else
                {
                    var json = change.Item.JsonFor(Given.Admin);
                    Assert.False(known.TryGetValue(key, out var before) && before == json, $"seed {seed}, step {step}: {key} did not change");
                    known[key] = json;
                }
            }
            var expected = Kinds.SelectMany(kind => next[kind].Select(e => ((kind, e.Key), e.Value.JsonFor(Given.Admin)))).ToDictionary(e => e.Item1, e => e.Item2);
            Assert.True(expected.Count == known.Count && expected.All(e => known[e.Key] == e.Value), $"seed {seed}, step {step}: the changes lead elsewhere");
            table = next;
        }
        Assert.True(number > 1000);
    }

    [Fact]
    public void WhatDidNotChangeIsShared()
    {
        var first = WatchTable.Of(Snapshot(new Random(1)), WatchTable.Empty);
        var again = WatchTable.Of(Snapshot(new Random(1)), first);
        Assert.Empty(again.Since(first, 1));
    }

    /// <summary>A few of everything, from few enough possibilities that the next one has much in common with it.</summary>
    private static LiveSnapshot Snapshot(Random random)
    {
        var apps = Some(random, 6).Select(i => Given.App($"app{i}", i % 2 == 0 ? "default" : "shop", replicas: random.Next(2)) with { Generation = random.Next(3) }).ToList();
        var hosts = Some(random, 4).Select(i => Given.Host($"h{i}") with { Instances = random.Next(2) });
        var instances = apps.SelectMany(app => Some(random, 4).Select(slot => Given.Instance(app, slot, "h1", random.Next(3) == 0 ? InstanceState.Starting : InstanceState.Running, random.Next(1, 3))));
        return Given.Snapshot(apps, hosts, instances) with
        {
            Services = [.. apps.Where(_ => random.Next(2) == 0).Select(app => new ServiceView
            {
                Name = app.Name, Team = app.Team, TeamId = app.TeamId, App = app.Name, AppId = app.Id, Protocol = "tcp",
                Endpoints = [.. Some(random, 3).Select(slot => new EndpointView { Address = "10.0.0.1", Port = 80 + slot, Version = "1", Host = "h1", Instance = InstanceId.Of(app.Id, slot, 1) })],
            })],
        };
    }

    private static ImmutableArray<int> Some(Random random, int of) => [.. Enumerable.Range(1, of).Where(_ => random.Next(3) > 0)];
}
