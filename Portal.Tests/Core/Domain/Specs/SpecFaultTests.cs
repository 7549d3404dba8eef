using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed class SpecFaultTests
{
    public static TheoryData<string, string, string> OneFault => new()
    {
        { """ "image":1 """, "image", "is given twice" },
        { """ "colour":"red" """, "colour", "unknown field" },
        { """ "Replicas":1 """, "Replicas", "unknown field; replicas is known" },
        { """ "privileged":true """, "privileged", "unknown field" },
        { """ "pull":"sometimes" """, "pull", "must be ifNotPresent, always or never" },
        { """ "pull":"Always" """, "pull", "must be ifNotPresent" },
        { """ "kind":"daemon" """, "kind", "must be service, global or job" },
        { """ "replicas":-1 """, "replicas", "from 0 to 10000" },
        { """ "replicas":10001 """, "replicas", "from 0 to 10000" },
        { """ "replicas":1.5 """, "replicas", "whole number" },
        { """ "replicas":"3" """, "replicas", "not text" },
        { """ "replicas":true """, "replicas", "not true or false" },
        { """ "kind":"global","replicas":2 """, "replicas", "must be left out" },
        { """ "entrypoint":"sh" """, "entrypoint", "must be a list" },
        { """ "command":["a",1] """, "command[1]", "must be text" },
        { """ "command":["a",null] """, "command[1]", "not null" },
        { """ "workingDir":"data" """, "workingDir", "absolute" },
        { """ "workingDir":"/a/../b" """, "workingDir", ".." },
        { """ "user":"a b" """, "user", "must be a user" },
        { """ "user":"" """, "user", "must be a user" },
        { """ "user":0 """, "user", "must be text" },
        { """ "env":["A=b"] """, "env", "must be an object" },
        { """ "env":{"":"b"} """, "env.", "must not be empty" },
        { """ "env":{"A=B":"b"} """, "env.A=B", "must not contain =" },
        { """ "env":{"A":1} """, "env.A", "must be text" },
        { """ "env":{"A":null} """, "env.A", "not null" },
        { """ "env":{"A":{"secret":"s","more":1}} """, "env.A", "not an object" },
        { """ "env":{"A":"\u0000"} """, "env.A", "NUL" },
        { """ "network":"my net" """, "network", "must be bridge, host" },
        { """ "network":"container:x" """, "network", "must be bridge, host" },
        { """ "ports":{} """, "ports", "must be a list" },
        { """ "ports":[80] """, "ports[0]", "must be an object" },
        { """ "ports":[{"containerPort":80}] """, "ports[0].name", "is required" },
        { """ "ports":[{"name":"a"}] """, "ports[0].containerPort", "is required" },
        { """ "ports":[{"name":"A","containerPort":80}] """, "ports[0].name", "DNS label" },
        { """ "ports":[{"name":"a","containerPort":0}] """, "ports[0].containerPort", "from 1 to 65535" },
        { """ "ports":[{"name":"a","containerPort":65536}] """, "ports[0].containerPort", "from 1 to 65535" },
        { """ "ports":[{"name":"a","containerPort":80,"hostPort":0}] """, "ports[0].hostPort", "from 1 to 65535" },
        { """ "ports":[{"name":"a","containerPort":80,"protocol":"sctp"}] """, "ports[0].protocol", "must be tcp or udp" },
        { """ "ports":[{"name":"a","containerPort":80,"public":"yes"}] """, "ports[0].public", "true or false" },
        { """ "ports":[{"name":"a","containerPort":80},{"name":"a","containerPort":81}] """, "ports[1].name", "repeats that of ports[0]" },
        { """ "ports":[{"name":"a","containerPort":80},{"name":"b","containerPort":80}] """, "ports[1].containerPort", "repeats" },
        { """ "ports":[{"name":"a","containerPort":80,"hostPort":9},{"name":"b","containerPort":81,"hostPort":9}] """, "ports[1].hostPort", "repeats" },
        { """ "network":"host","ports":[{"name":"a","containerPort":80,"hostPort":81}] """, "ports[0].hostPort", "on the network host" },
        { """ "volumes":[{"name":"a"}] """, "volumes[0].path", "is required" },
        { """ "volumes":[{"name":"a_b","path":"/a"}] """, "volumes[0].name", "DNS label" },
        { """ "volumes":[{"name":"a","path":"a"}] """, "volumes[0].path", "absolute" },
        { """ "volumes":[{"name":"a","path":"/a/../b"}] """, "volumes[0].path", ".." },
        { """ "volumes":[{"name":"a","path":"//"}] """, "volumes[0].path", "root" },
        { """ "volumes":[{"name":"a","path":"/proc/x"}] """, "volumes[0].path", "/proc" },
        { """ "volumes":[{"name":"a","path":"/a:/b"}] """, "volumes[0].path", "colon" },
        { """ "volumes":[{"name":"a","path":"/a","driver":"nfs"}] """, "volumes[0].driver", "unknown field" },
        { """ "volumes":[{"name":"a","path":"/a","onHostLoss":"panic"}] """, "volumes[0].onHostLoss", "must be wait or startEmpty" },
        { """ "volumes":[{"name":"a","path":"/a"},{"name":"b","path":"/a/"}] """, "volumes[1].path", "repeats" },
        { """ "resources":[] """, "resources", "must be an object" },
        { """ "resources":{"limits":{"cpus":0}} """, "resources.limits.cpus", "from 0.01 to 1024" },
        { """ "resources":{"limits":{"cpus":1e400}} """, "resources.limits.cpus", "from 0.01 to 1024" },
        { """ "resources":{"limits":{"cpus":"1"}} """, "resources.limits.cpus", "not text" },
        { """ "resources":{"reservations":{"cpus":-0.1}} """, "resources.reservations.cpus", "from 0 to 1024" },
        { """ "resources":{"limits":{"memory":"64MB"}} """, "resources.limits.memory", "amount of memory" },
        { """ "resources":{"limits":{"memory":"5M"}} """, "resources.limits.memory", "at least 6M" },
        { """ "resources":{"limits":{"memory":0}} """, "resources.limits.memory", "at least 6M" },
        { """ "resources":{"reservations":{"memory":"1K"}} """, "resources.reservations.memory", "at least 6M" },
        { """ "resources":{"reservations":{"memory":"64M"},"limits":{"memory":"32M"}} """, "resources.limits.memory", "what is reserved" },
        { """ "resources":{"reservations":{"cpus":2},"limits":{"cpus":1}} """, "resources.limits.cpus", "what is reserved" },
        { """ "resources":{"limits":{"pids":1}} """, "resources.limits.pids", "unknown field" },
        { """ "health":"none" """, "health", "must be an object" },
        { """ "health":{"kind":"grpc"} """, "health.kind", "must be none, http, tcp or command" },
        { """ "health":{"kind":"grpc","command":["a"]} """, "health.kind", "must be none, http, tcp or command" },
        { """ "health":{"kind":"http"} """, "health.port", "none named http" },
        { """ "health":{"kind":"tcp","port":"db"},"ports":[{"name":"a","containerPort":80}] """, "health.port", "none named db" },
        { """ "health":{"kind":"tcp","port":"a"},"ports":[{"name":"a","containerPort":80,"protocol":"udp"}] """, "health.port", "tcp port" },
        { """ "health":{"kind":"http"},"ports":[{"name":"HTTP","containerPort":80}] """, "ports[0].name", "DNS label" },
        { """ "health":{"kind":"command"} """, "health.command", "is required" },
        { """ "health":{"kind":"command","command":[]} """, "health.command", "is required" },
        { """ "health":{"kind":"command","command":"true"} """, "health.command", "must be a list" },
        { """ "health":{"kind":"command","command":[""]} """, "health.command[0]", "must not be empty" },
        { """ "health":{"kind":"command","command":["NONE"]} """, "health.command", "program" },
        { """ "health":{"command":["true"]} """, "health.command", "needs the kind command" },
        { """ "health":{"interval":"0s"} """, "health.interval", "from 100ms" },
        { """ "health":{"interval":"10"} """, "health.interval", "duration" },
        { """ "health":{"interval":10} """, "health.interval", "duration" },
        { """ "health":{"interval":"-10s"} """, "health.interval", "duration" },
        { """ "health":{"timeout":"0s"} """, "health.timeout", "from 10ms" },
        { """ "health":{"retries":0} """, "health.retries", "from 1" },
        { """ "health":{"path":"x"} """, "health.path", "begin with /" },
        { """ "health":{"kind":"http","port":"web"},"network":"host","ports":[{"name":"http","containerPort":80}] """, "health.port", "none named web" },
        { """ "health":{"successThreshold":0} """, "health.successThreshold", "from 1" },
        { """ "health":{"kind":"command","command":["a"],"successThreshold":2} """, "health.successThreshold", "must be 1" },
        { """ "health":{"match":"ok"} """, "health.match", "must be an object" },
        { Http(""" "match":{"status":99} """), "health.match.status", "from 100 to 599" },
        { Http(""" "match":{"status":"399-200"} """), "health.match.status", "from 100 to 599" },
        { Http(""" "match":{"status":"2xx"} """), "health.match.status", "from 100 to 599" },
        { Http(""" "match":{"status":[]} """), "health.match.status", "from 100 to 599" },
        { Http(""" "match":{"status":[200,true]} """), "health.match.status", "from 100 to 599" },
        { Http(""" "match":{"body":""} """), "health.match.body", "must not be empty" },
        { Http(""" "match":{"header":"x"} """), "health.match.header", "unknown field" },
        { Http(""" "headers":{"a b":"x"} """), "health.headers.a b", "name of a header" },
        { Http(""" "headers":{"content-length":"3"} """), "health.headers.content-length", "travels" },
        { Http(""" "headers":{"X":"a\r\nY: b"} """), "health.headers.X", "printable ASCII" },
        { Http(""" "headers":{"X":"a","x":"b"} """), "health.headers", "twice" },
        { """ "health":{"headers":{"X":"a"}} """, "health.headers", "needs the kind http" },
        { """ "health":{"kind":"tcp","match":{"body":"a"}},"ports":[{"name":"http","containerPort":80}] """, "health.match.body", "needs the kind http" },
        { """ "health":{"kind":"tcp","match":{"status":200}},"ports":[{"name":"http","containerPort":80}] """, "health.match.status", "needs the kind http" },
        { """ "health":{"onUnhealthy":"page"} """, "health.onUnhealthy", "must be restart, replace or none" },
        { """ "restart":{"policy":"unless-stopped"} """, "restart.policy", "must be always, onFailure or never" },
        { """ "restart":{"maxPerHost":0} """, "restart.maxPerHost", "from 1" },
        { """ "restart":{"window":"0s"} """, "restart.window", "from 1s" },
        { """ "placement":{"strategy":"random"} """, "placement.strategy", "must be spread or binpack" },
        { """ "placement":{"constraints":["zone == a"]} """, "placement.constraints[0]", "must begin with" },
        { """ "placement":{"constraints":[1]} """, "placement.constraints[0]", "must be text" },
        { """ "placement":{"constraints":"host.name == a"} """, "placement.constraints", "must be a list" },
        { """ "placement":{"spreadBy":["zone"]} """, "placement.spreadBy[0]", "host.labels.zone" },
        { """ "placement":{"spreadBy":["host.labels.a","host.labels.a"]} """, "placement.spreadBy[1]", "repeats" },
        { """ "placement":{"maxPerHost":0} """, "placement.maxPerHost", "from 1" },
        { """ "update":{"order":"rolling"} """, "update.order", "must be startFirst or stopFirst" },
        { """ "update":{"maxSurge":-1} """, "update.maxSurge", "whole number from 0" },
        { """ "update":{"maxSurge":"1"} """, "update.maxSurge", "share" },
        { """ "update":{"maxSurge":"101%"} """, "update.maxSurge", "share" },
        { """ "disruption":{"maxUnavailable":-1} """, "disruption.maxUnavailable", "whole number from 0" },
        { """ "update":{"maxUnavailable":"x%"} """, "update.maxUnavailable", "share" },
        { """ "update":{"maxSurge":0} """, "update.maxUnavailable", "must not be 0" },
        { """ "update":{"maxSurge":"0%","maxUnavailable":"0%"} """, "update.maxUnavailable", "must not be 0" },
        { """ "update":{"minReady":"5m"} """, "update.minReady", "shorter than progressDeadline" },
        { """ "update":{"progressDeadline":"0s"} """, "update.progressDeadline", "from 1s" },
        { """ "update":{"onFailure":"ignore"} """, "update.onFailure", "must be rollback or pause" },
        { """ "update":{"canary":[{"percent":0,"pause":"5m"}]} """, "update.canary[0].percent", "from 1 to 100" },
        { """ "update":{"canary":[{"percent":10,"pause":"soon"}]} """, "update.canary[0].pause", "duration" },
        { """ "update":{"canary":[{"percent":50,"pause":"5m"},{"percent":10,"pause":"manual"}]} """, "update.canary[1].percent", "more than" },
        { """ "stop":{"signal":"SIGNOPE"} """, "stop.signal", "must be a signal" },
        { """ "stop":{"signal":65} """, "stop.signal", "must be a signal" },
        { """ "stop":{"gracePeriod":"1d"} """, "stop.gracePeriod", "duration" },
        { """ "labels":{"portal.app":"x"} """, "labels.portal.app", "Portal's own" },
        { """ "labels":{"a b":"x"} """, "labels.a b", "spaces" },
        { """ "labels":{"a":1} """, "labels.a", "must be text" },
        { """ "sidecars":[{"image":"a"}] """, "sidecars[0].name", "is required" },
        { """ "sidecars":[{"name":"a","image":"a","cap":1}] """, "sidecars[0].cap", "unknown field" },
        { """ "sidecars":5 """, "sidecars", "must be a list" },
        { """ "initContainers":[{"image":"a"}] """, "initContainers[0].name", "is required" },
        { """ "initContainers":[{"name":"a"}] """, "initContainers[0].image", "is required" },
        { """ "sidecars":[{"name":"main","image":"a"}] """, "sidecars[0].name", "must not be main or all" },
        { """ "initContainers":[{"name":"all","image":"a"}] """, "initContainers[0].name", "must not be main or all" },
        { """ "sidecars":[{"name":"A","image":"a"}] """, "sidecars[0].name", "DNS label" },
        { """ "sidecars":[{"name":"a","image":"a"},{"name":"a","image":"b"}] """, "sidecars[1].name", "repeats that of sidecars[0]: a" },
        { """ "sidecars":[{"name":"a","image":"a"}],"initContainers":[{"name":"a","image":"b"}] """, "initContainers[0].name", "repeats that of sidecars[0]: a" },
        { """ "sidecars":[{"name":"a","image":"a","volumes":[{"name":"data","path":"/x"}]}] """, "sidecars[0].volumes[0].name", "none named data" },
        { """ "volumes":[{"name":"data","path":"/d"}],"sidecars":[{"name":"a","image":"a","volumes":[{"name":"data","path":"x"}]}] """, "sidecars[0].volumes[0].path", "absolute" },
        { """ "sidecars":[{"name":"a","image":"a","health":{"kind":"http"}}] """, "sidecars[0].health.kind", "none or command" },
        { """ "sidecars":[{"name":"a","image":"a","health":{"kind":"command"}}] """, "sidecars[0].health.command", "is required" },
        { """ "sidecars":[{"name":"a","image":"a","ports":[]}] """, "sidecars[0].ports", "unknown field" },
        { """ "initContainers":[{"name":"a","image":"a","health":{}}] """, "initContainers[0].health", "unknown field" },
        { """ "initContainers":[{"name":"a","image":"a","privileged":true}] """, "initContainers[0].privileged", "unknown field" },
    };

    private static string Http(string fields) => $$""" "health":{"kind":"http",{{fields}}},"ports":[{"name":"http","containerPort":80}] """;

    [Theory, MemberData(nameof(OneFault))]
    public void TellsOneFault(string fields, string path, string part)
    {
        var reading = SpecCodec.ReadJson(SpecExamples.With(fields));
        Assert.Null(reading.Request);
        var fault = Assert.Single(reading.Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.Invalid, Assert.Throws<RefusedException>(reading.OrRefuse).Kind);
    }

    [Theory]
    [InlineData("{}", "image", "is required")]
    [InlineData("""{"image":null}""", "image", "is required")]
    [InlineData("""{"image":""}""", "image", "must not be empty")]
    [InlineData("""{"image":7}""", "image", "must be text")]
    [InlineData("""{"image":"Bad Image"}""", "image", "image reference")]
    [InlineData("""{"image":"Nginx"}""", "image", "lower-case")]
    [InlineData("[]", "", "must be an object")]
    [InlineData("", "", "is empty")]
    [InlineData("{", "", "is not JSON")]
    public void NeedsAnImage(string json, string path, string part)
    {
        var fault = Assert.Single(SpecCodec.ReadJson(json).Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Unsupported => new()
    {
        { """ "env":{"K":{"secret":"name"}} """, "env.K" },
        { """ "sidecars":[{"name":"proxy","image":"a","env":{"K":{"secret":"name"}}}] """, "sidecars[0].env.K" },
        { """ "routes":[{"host":"a"}] """, "routes" },
        { """ "files":{} """, "files" },
        { """ "stack":"shop" """, "stack" },
        { """ "network":"backend" """, "network" },
    };

    [Theory, MemberData(nameof(Unsupported))]
    public void RefusesWhatDoesNotWorkYet(string fields, string path)
    {
        var reading = SpecCodec.ReadJson(SpecExamples.With(fields));
        Assert.Empty(reading.Faults);
        var wish = Assert.Single(reading.Unsupported);
        Assert.Equal(path, wish.Path);
        Assert.EndsWith(".", wish.Message, StringComparison.Ordinal);
        var refusal = Assert.Throws<RefusedException>(reading.OrRefuse);
        Assert.Equal((RefusalKind.Unprocessable, 1), (refusal.Kind, refusal.Faults.Length));
    }

    [Fact]
    public void LetsFaultsOfFormWin()
    {
        var refusal = Assert.Throws<RefusedException>(SpecCodec.ReadJson(SpecExamples.With(""" "routes":{},"replicas":-1 """)).OrRefuse);
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Equal("replicas", Assert.Single(refusal.Faults).Path);
    }

    [Fact]
    public void TellsTenFaultsInTenEntries()
    {
        var faults = SpecCodec.ReadJson("""
            {
              "image": "no image", "replicas": "three", "colour": 1,
              "ports": [ { "name": "HTTP", "containerPort": 70000 } ],
              "resources": { "limits": { "memory": "lots" } },
              "health": { "interval": "soon", "kind": "http" },
              "update": { "maxSurge": -1 },
              "placement": { "constraints": [ "nonsense" ] },
              "labels": { "portal.x": "y" }
            }
            """).Faults;
        Assert.Equal(
            ["colour", "health.interval", "image", "labels.portal.x", "placement.constraints[0]", "ports[0].containerPort", "ports[0].name",
             "replicas", "resources.limits.memory", "update.maxSurge"],
            faults.Select(f => f.Path).Order(StringComparer.Ordinal));
    }
}
