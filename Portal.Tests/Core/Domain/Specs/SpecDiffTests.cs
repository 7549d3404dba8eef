using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed class SpecDiffTests
{
    private static AppSpec Spec(string fields) => SpecCodec.ReadJson(SpecExamples.With(fields)).OrRefuse().Spec;

    private const string Restarts = "restarts";

    public static TheoryData<string, string, string> OneChange => new()
    {
        { """ "user":"1" """, """ "user":"2" """, "user: 1 -> 2 restarts" },
        { """ "user":null """, """ "user":"2" """, "user:  -> 2 restarts" },
        { """ "env":{"A":"1"} """, """ "env":{"A":"2"} """, "env.A: 1 -> 2 restarts" },
        { """ "env":{"A":"1"} """, """ "env":{} """, "env.A: 1 ->  restarts" },
        { """ "command":["a"] """, """ "command":["a","b"] """, """command: ["a"] -> ["a","b"] restarts""" },
        { """ "pull":"always" """, """ "pull":"never" """, "pull: always -> never" },
        { """ "kind":"service" """, """ "kind":"global" """, "kind: service -> global" },
        { """ "placement":{"constraints":[]} """, """ "placement":{"constraints":["host.os == linux"]} """, """placement.constraints: [] -> ["host.os == linux"]""" },
        { """ "update":{"maxSurge":1} """, """ "update":{"maxSurge":"25%"} """, "update.maxSurge: 1 -> 25%" },
        { """ "disruption":{} """, """ "disruption":{"maxUnavailable":1} """, "disruption.maxUnavailable:  -> 1" },
        { """ "restart":{"window":"1m"} """, """ "restart":{"window":"2m"} """, "restart.window: 1m -> 2m" },
        { """ "restart":{"policy":"always"} """, """ "restart":{"policy":"never"} """, "restart.policy: always -> never restarts" },
        { """ "health":{"retries":3} """, """ "health":{"retries":4} """, "health.retries: 3 -> 4" },
        { """ "health":{"kind":"command","command":["a"],"retries":3} """, """ "health":{"kind":"command","command":["a"],"retries":4} """, "health.retries: 3 -> 4 restarts" },
        { Http(""" "path":"/a" """), Http(""" "path":"/b" """), "health.path: /a -> /b" },
        { Http(""" "match":{"status":200} """), Http(""" "match":{"status":"200-204"} """), "health.match.status: 200 -> 200-204" },
        { Http(""" "headers":{"X":"1"} """), Http(""" "headers":{} """), "health.headers.X: 1 -> " },
        { Http(""" "interval":"5s" """), Http(""" "successThreshold":1,"interval":"6s" """), "health.interval: 5s -> 6s" },
        { Http(""" "path":"/" """) + ""","update":{"minReady":"1s"} """, """ "ports":[{"name":"http","containerPort":80}],"update":{"minReady":"1s"} """, "health.kind: http -> none" },
        { """ "resources":{"reservations":{"cpus":1}} """, """ "resources":{"reservations":{"cpus":2}} """, "resources.reservations.cpus: 1 -> 2" },
        { """ "resources":{"limits":{"memory":"64M"}} """, """ "resources":{"limits":{"memory":"1G"}} """, "resources.limits.memory: 64M -> 1G restarts" },
        { """ "volumes":[{"name":"a","path":"/a"}] """, """ "volumes":[{"name":"a","path":"/a","onHostLoss":"startEmpty"}] """, "volumes[0].onHostLoss: wait -> startEmpty" },
        { """ "ports":[{"name":"a","containerPort":1},{"name":"b","containerPort":2}] """, """ "ports":[{"name":"b","containerPort":2,"hostPort":9},{"name":"a","containerPort":1}] """, "ports[0].hostPort:  -> 9 restarts" },
        { """ "ports":[] """, """ "ports":[{"name":"a","containerPort":1}] """, "ports[0]:  -> name a, containerPort 1, protocol tcp, public false restarts" },
        { """ "sidecars":[] """, """ "sidecars":[{"name":"a","image":"b:1","env":{"A":"1"}}] """, "sidecars[0]:  -> name a, image b:1, env (A) restarts" },
        { """ "initContainers":[{"name":"a","image":"b","resources":{"reservations":{"cpus":1}}}] """, """ "sidecars":[] """, "initContainers[0]: name a, image b, resources (reservations (cpus 1)) ->  restarts" },
        { """ "sidecars":[{"name":"a","image":"b"}] """, """ "sidecars":[{"name":"a","image":"c"}] """, "sidecars[0].image: b -> c restarts" },
        { """ "sidecars":[{"name":"a","image":"b"},{"name":"c","image":"b"}] """, """ "sidecars":[{"name":"c","image":"b"},{"name":"a","image":"b","resources":{"reservations":{"cpus":1}}}] """, "sidecars[1].resources.reservations.cpus: 0 -> 1" },
        { """ "initContainers":[{"name":"a","image":"b"},{"name":"c","image":"b"}] """, """ "initContainers":[{"name":"c","image":"b"},{"name":"a","image":"b"}] """, "initContainers: a, c -> c, a restarts" },
        { """ "labels":{} """, """ "labels":{"a":""} """, "labels.a:  ->  restarts" },
        { """ "stop":{"gracePeriod":"10s"} """, """ "stop":{"gracePeriod":"0s"} """, "stop.gracePeriod: 10s -> 0s restarts" },
        { """ "stop":{"delay":"1s"} """, """ "stop":{"delay":"0s"} """, "stop.delay: 1s -> 0s" },
    };

    private static string Http(string fields) => $$""" "health":{"kind":"http",{{fields}}},"ports":[{"name":"http","containerPort":80}] """;

    [Theory, MemberData(nameof(OneChange))]
    public void TellsWhatDiffers(string old, string @new, string told)
    {
        var change = Assert.Single(SpecDiff.Between(Spec(old), Spec(@new)));
        Assert.Equal(told, $"{change.Path}: {change.Old} -> {change.New}" + (change.Effect == ChangeEffect.RestartsContainers ? " " + Restarts : ""));
    }

    [Fact]
    public void WhatHasNoFurtherContainersIsAsItWas()
    {
        var spec = Spec(""" "sidecars":[],"initContainers":[] """);
        Assert.DoesNotContain("initContainers", SpecCodec.Canonical(spec), StringComparison.Ordinal);
        Assert.Equal(SpecHash.OfContainer(Spec(""" "env":{} """)), SpecHash.OfContainer(spec));
        Assert.Equal(BeforeThereWereAny, SpecHash.OfContainer(new AppSpec { Image = "nginx:1.27" }));
    }

    // What versions without them computed: containers of theirs are adopted by it.
    private const string BeforeThereWereAny = "7016ba7e313070d7";

    [Fact]
    public void HidesValuesOfWhatIsTold() =>
        Assert.Equal("(hidden)", Assert.Single(SpecDiff.Between(Spec(""" "sidecars":[{"name":"a","image":"b","env":{"A":"1"}}] """), Spec(""" "sidecars":[{"name":"a","image":"b","env":{"A":"2"}}] """), hideEnv: true)).New);

    [Fact]
    public void TellsOfANewAppWhatIsNotDefault()
    {
        var changes = SpecDiff.Between(null, Spec(""" "env":{"A":"1"} """));
        Assert.Equal(["image", "env.A"], changes.Select(c => c.Path));
        Assert.All(changes, c => Assert.Equal(ChangeEffect.NoRestart, c.Effect));
    }

    [Fact]
    public void HidesEnvWhereAsked()
    {
        var changes = SpecDiff.Between(Spec(""" "env":{"A":"1"} """), Spec(""" "env":{"A":"2","B":"3"} """), hideEnv: true);
        Assert.Equal("(hidden)", Assert.Single(SpecDiff.Between(Spec(Http(""" "path":"/" """)), Spec(Http(""" "headers":{"Authorization":"secret"} """)), hideEnv: true)).New);
        Assert.Equal([("env.A", "(hidden)", "(hidden)"), ("env.B", null, "(hidden)")], changes.Select(c => (c.Path, c.Old, c.New)).ToImmutableArray<(string, string?, string?)>());
    }

    [Fact]
    public void HasNothingToTellOfTheSame() => Assert.Empty(SpecDiff.Between(Spec(""" "user":"1" """), Spec(""" "user":"1" """)));

    [Fact]
    public void HashesOnlyWhatAContainerIsMadeOf()
    {
        var spec = Spec(""" "ports":[{"name":"a","containerPort":1},{"name":"b","containerPort":2}] """);
        var hash = SpecHash.OfContainer(spec);
        Assert.Matches("^[0-9a-f]{16}$", hash);
        Assert.Equal(hash, SpecHash.OfContainer(spec with { Ports = [.. spec.Ports.Reverse()], Kind = AppKind.Global, Pull = PullPolicy.Never }));
        Assert.NotEqual(hash, SpecHash.OfContainer(spec with { Image = "b" }));
    }
}
