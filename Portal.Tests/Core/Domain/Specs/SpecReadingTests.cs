using System.Text.Json.Nodes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed class SpecReadingTests
{
    private static AppSpec Read(string fields) => SpecCodec.ReadJson(SpecExamples.With(fields)).OrRefuse().Spec;

    [Fact]
    public void ReadsTheContractsExample()
    {
        var (spec, replicas) = SpecCodec.ReadJson(SpecExamples.Contract).OrRefuse();
        Assert.Equal(1, replicas);
        Assert.Equal("nginx:1.27", spec.Image);
        Assert.Equal(new PortSpec("http", 80), Assert.Single(spec.Ports));
        Assert.Equal(new VolumeSpec("data", "/data"), Assert.Single(spec.Volumes));
        Assert.Equal(new Resources(0.1, 64 << 20), spec.Resources.Reservations);
        Assert.Equal((1.0, 256L << 20), (spec.Resources.LimitCpus, spec.Resources.LimitMemoryBytes));
        Assert.Equal("http", spec.Health.Port);
        Assert.Null(spec.Update.MinReady);
    }

    [Fact]
    public void WritesTheContractsShape()
    {
        var (spec, replicas) = SpecCodec.ReadJson(SpecExamples.Contract).OrRefuse();
        var expected = JsonNode.Parse(SpecExamples.Contract)!;
        expected["sidecars"] = new JsonArray();
        expected["disruption"] = new JsonObject { ["maxUnavailable"] = null };
        expected["volumes"]![0]!["onHostLoss"] = "wait";
        expected["health"]!["headers"] = new JsonObject();
        expected["health"]!["match"] = new JsonObject { ["status"] = "200-399", ["body"] = null };
        expected["health"]!["successThreshold"] = 1;
        expected["stop"]!["delay"] = "1s";
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(SpecCodec.WriteJson(spec, replicas))), SpecCodec.WriteJson(spec, replicas));
    }

    [Fact]
    public void NeedsOnlyAnImage()
    {
        var (spec, replicas) = SpecCodec.ReadJson("""{"image":"a"}""").OrRefuse();
        Assert.Null(replicas);
        Assert.Equal(SpecCodec.Canonical(new AppSpec { Image = "a" }), SpecCodec.Canonical(spec));
    }

    [Fact]
    public void ADisruptionBudgetIsKeptAndOneThatIsNotNamedLeavesTheTextAsItWas()
    {
        var spec = SpecCodec.FromCanonical(SpecCodec.Canonical(Read(""" "disruption":{"maxUnavailable":"50%"} """)));
        Assert.Equal(new CountOrPercent(50, IsPercent: true), spec.Disruption);
        Assert.DoesNotContain("disruption", SpecCodec.Canonical(Read(""" "disruption":{} """)), StringComparison.Ordinal);
    }

    [Fact]
    public void SpellsDefaultsOutWithoutMakingAnotherSpec()
    {
        var bare = SpecCodec.ReadJson("""{"image":"a"}""").OrRefuse().Spec;
        var spelledOut = SpecCodec.ReadJson(SpecCodec.WriteJson(bare, 1)).OrRefuse().Spec;
        Assert.Equal(SpecCodec.Canonical(bare), SpecCodec.Canonical(spelledOut));
    }

    [Fact]
    public void TakesNullForEveryOptionalField()
    {
        var all = string.Join(',', new[]
        {
            "pull", "kind", "replicas", "entrypoint", "command", "workingDir", "user", "env", "network", "ports", "volumes", "sidecars", "resources",
            "health", "restart", "placement", "update", "stop", "labels", "scaling", "routes", "files", "stack", "job", "initContainers",
        }.Select(name => $"\"{name}\":null"));
        Assert.Equal(SpecCodec.Canonical(new AppSpec { Image = "a" }), SpecCodec.Canonical(Read(all)));
        Assert.Equal(SpecCodec.Canonical(new AppSpec { Image = "a" }), SpecCodec.Canonical(Read("""
            "resources":{"reservations":null,"limits":null},"health":{"kind":null,"interval":null},"update":{"maxSurge":null,"canary":null},"stop":{"signal":null}
            """)));
    }

    [Theory]
    [InlineData(""" "command":[] """, """ "command":null """)]
    [InlineData(""" "stop":{"signal":"term"} """, """ "stop":{"signal":"SIGTERM"} """)]
    [InlineData(""" "stop":{"signal":15} """, """ "stop":{"signal":"SIGTERM"} """)]
    [InlineData(""" "stop":{"signal":"1"} """, """ "stop":{"signal":"SIGHUP"} """)]
    [InlineData(""" "stop":{"signal":"31"} """, """ "stop":{"signal":"SIGSYS"} """)]
    [InlineData(""" "stop":{"signal":37} """, """ "stop":{"signal":"37"} """)]
    [InlineData(""" "volumes":[{"name":"a","path":"/a//b/./"}] """, """ "volumes":[{"name":"a","path":"/a/b"}] """)]
    [InlineData(""" "resources":{"limits":{"memory":67108864}} """, """ "resources":{"limits":{"memory":"64M"}} """)]
    [InlineData(""" "resources":{"limits":{"memory":"1024M"}} """, """ "resources":{"limits":{"memory":"1G"}} """)]
    [InlineData(""" "resources":{"limits":{"cpus":1.0}} """, """ "resources":{"limits":{"cpus":1}} """)]
    [InlineData(""" "resources":{"reservations":{"cpus":-0.0}} """, """ "resources":{} """)]
    [InlineData(""" "update":{"minReady":"5s"} """, """ "update":{} """)]
    [InlineData(""" "health":{"interval":"60s"} """, """ "health":{"interval":"1m"} """)]
    [InlineData(""" "health":{"kind":"http","match":{"status":[204,"200-203","300-399,205-299"]}},"ports":[{"name":"http","containerPort":80}] """, """ "health":{"kind":"http","match":{"status":"200-399"},"successThreshold":1},"ports":[{"name":"http","containerPort":80}] """)]
    [InlineData(""" "health":{"kind":"http","match":{"status":200}},"ports":[{"name":"http","containerPort":80}] """, """ "health":{"kind":"http","match":{"status":" 200 "}},"ports":[{"name":"http","containerPort":80}] """)]
    [InlineData(""" "health":{"kind":"command","command":["CMD","a","b"]} """, """ "health":{"kind":"command","command":["a","b"]} """)]
    [InlineData(""" "health":{"kind":"command","command":["CMD-SHELL","a b"]} """, """ "health":{"kind":"command","command":["/bin/sh","-c","a b"]} """)]
    public void HasOneFormForTheSame(string written, string normal) =>
        Assert.Equal(SpecCodec.Canonical(Read(normal)), SpecCodec.Canonical(Read(written)));

    [Theory]
    [InlineData(""" "update":{"order":"stopFirst","maxSurge":0} """)]
    [InlineData(""" "update":{"maxSurge":0,"maxUnavailable":1} """)]
    [InlineData(""" "network":"host","ports":[{"name":"a","containerPort":80,"hostPort":80}] """)]
    [InlineData(""" "ports":[{"name":"a","containerPort":53},{"name":"b","containerPort":53,"protocol":"udp"}] """)]
    [InlineData(""" "disruption":{"maxUnavailable":"50%"} """)]
    [InlineData(""" "disruption":{"maxUnavailable":0} """)]
    [InlineData(""" "disruption":null """)]
    [InlineData(""" "kind":"global" """)]
    [InlineData(""" "kind":"global","replicas":null """)]
    [InlineData(""" "env":{"A":"","b.c-d":"x\ny"} """)]
    [InlineData(""" "volumes":[{"name":"a","path":"/a","onHostLoss":"startEmpty"},{"name":"b","path":"/a/b","readOnly":true}] """)]
    [InlineData(""" "update":{"canary":[]},"sidecars":[] """)]
    [InlineData(""" "labels":{"com.example/x":"1","portalish":"y"} """)]
    [InlineData(""" "volumes":[{"name":"d","path":"/d","readOnly":true}],"sidecars":[{"name":"a","image":"a","volumes":[{"name":"d","path":"/d"},{"name":"d","path":"/e","readOnly":true}],"health":{"kind":"command","command":["true"]}}] """)]
    [InlineData(""" "initContainers":[{"name":"migrate","image":"a:1","entrypoint":["x"],"command":["y"],"env":{"A":"1"},"workingDir":"/","user":"0","resources":{"reservations":{"cpus":1}}}] """)]
    [InlineData(""" "stop":{"signal":"SIGRTMIN+3","gracePeriod":"0s"} """)]
    [InlineData(""" "health":{"kind":"http","port":"web","path":"/up","headers":{"Host":"a.example"},"match":{"status":"200","body":" ok "},"successThreshold":2},"ports":[{"name":"web","containerPort":80}] """)]
    [InlineData(""" "health":{"kind":"tcp"},"network":"host","ports":[{"name":"http","containerPort":80}] """)]
    [InlineData(""" "health":{"headers":{},"match":{"status":"200-399","body":null},"successThreshold":1} """)]
    [InlineData(""" "health":{"timeout":"30s","interval":"500ms","kind":"command","command":["true"]} """)]
    public void Accepts(string fields) => Assert.NotNull(SpecCodec.ReadJson(SpecExamples.With(fields)).OrRefuse());

    [Fact]
    public void ReadsBackWhatADatabaseReordered()
    {
        var spec = Read(""" "env":{"B":"1","A":"2"},"replicas":3,"health":{"kind":"command","command":["true"]} """);
        var reordered = new JsonObject(JsonNode.Parse(SpecCodec.Canonical(spec))!.AsObject().Reverse().Select(e => KeyValuePair.Create(e.Key, e.Value?.DeepClone())));
        Assert.Equal(SpecCodec.Canonical(spec), SpecCodec.Canonical(SpecCodec.FromCanonical(reordered.ToJsonString())));
    }

    [Fact]
    public void KeepsReadingStoredSpecsWhenRulesGrow()
    {
        var spec = SpecCodec.FromCanonical("""{"image":"Once Allowed","later":1,"replicas":4}""");
        Assert.Equal("Once Allowed", spec.Image);
        Assert.Throws<FormatException>(() => SpecCodec.FromCanonical("{}"));
        Assert.Throws<FormatException>(() => SpecCodec.FromCanonical("nonsense"));
    }

    [Fact]
    public void JudgesWhatAFormMadeByTheSameRules()
    {
        var made = new AppSpec { Image = "a", Health = new HealthSpec { Kind = HealthKind.Tcp, Port = "web" }, User = "x\0", WorkingDir = "\ud800" };
        var reading = SpecCodec.Validate(made with { Labels = made.Labels.Add("portal.x", "") }, -1);
        Assert.Equal(["health.port", "labels.portal.x", "replicas", "user", "workingDir"], reading.Faults.Select(f => f.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(reading.Unsupported);

        var good = SpecCodec.Validate(new AppSpec { Image = "a", Command = [], Update = new UpdateSpec { MinReady = TimeSpan.FromSeconds(5) } }, 2).OrRefuse();
        Assert.Equal(SpecCodec.Canonical(new AppSpec { Image = "a" }), SpecCodec.Canonical(good.Spec));
    }
}
