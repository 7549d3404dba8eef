using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling.Filters;

/// <summary>What each filter says to one host; "" where it fits.</summary>
public sealed class FilterTests
{
    private static readonly HostSnapshot A = Host("a", cpus: 2, memory: 512 * M, labels: ("zone", "a"));

    private static void Expect(string filter, string reason, HostSnapshot host, PlacementRequest request)
    {
        var verdict = Assert.Single(new SchedulingSession(Cluster(host)).ExplainAll(request).Hosts);
        Assert.Equal((reason.Length == 0 ? null : filter, reason), (verdict.RefusedBy, verdict.Reason));
        Assert.Equal(reason.Length == 0, Scheduler.Place(Cluster(host), [request]).Placed.Length == 1);
    }

    [Theory]
    [InlineData(Availability.Active, Reachability.Reachable, "")]
    [InlineData(Availability.Active, Reachability.Suspect, "does not answer at the moment")]
    [InlineData(Availability.Active, Reachability.Unreachable, "is unreachable")]
    [InlineData(Availability.Active, Reachability.Unknown, "was never reached yet")]
    [InlineData(Availability.Cordoned, Reachability.Reachable, "is cordoned")]
    [InlineData(Availability.Cordoned, Reachability.Unreachable, "is cordoned")]
    [InlineData(Availability.Draining, Reachability.Reachable, "is draining")]
    public void State(Availability availability, Reachability reachability, string reason) =>
        Expect("state", reason, A with { Availability = availability, Reachability = reachability }, Request(Spec()));

    [Theory]
    [InlineData("a", "")]
    [InlineData("b", "is not the one host that will do (its volume data is there)")]
    public void Pin(string host, string reason) =>
        Expect("pin", reason, A, Request(Spec()) with { Pin = new Pin(Id(host), "its volume data is there") });

    [Theory]
    [InlineData("b", "")]
    [InlineData("a", "is avoided for now (it crashed there 5 times)")]
    public void Avoid(string host, string reason) =>
        Expect("avoid", reason, A, Request(Spec()) with { Avoid = ImmutableDictionary<HostId, string>.Empty.Add(Id(host), "it crashed there 5 times") });

    [Theory]
    [InlineData("host.labels.zone == a", "")]
    [InlineData("host.labels.zone == b", "has zone=a, wanted b")]
    [InlineData("host.labels.zone != a", "has zone=a, wanted any but a")]
    [InlineData("host.labels.zone in [b, c]", "has zone=a, wanted b or c")]
    [InlineData("host.labels.disk == ssd", "has no label disk, wanted ssd")]
    [InlineData("host.labels.disk != ssd", "")]
    [InlineData("host.name == a", "")]
    [InlineData("host.arch == arm64", "has arch=amd64, wanted arm64")]
    [InlineData("host.os == linux", "")]
    public void Constraints(string constraint, string reason) => Expect("constraints", reason, A, Request(Constrained(constraint)));

    [Fact]
    public void All_constraints_must_hold() =>
        Expect("constraints", "has name=a, wanted b", A, Request(Constrained("host.labels.zone == a", "host.name == b")));

    [Theory]
    [InlineData(1, 0, "")]
    [InlineData(1, 1, "has 1 of the app, at most 1 allowed")]
    [InlineData(3, 2, "")]
    [InlineData(3, 4, "has 4 of the app, at most 3 allowed")]
    public void MaxPerHost(int most, int count, string reason) =>
        Expect("maxPerHost", reason, A.With(Shop, count).With(Other, 9), Request(Spec(placement: new PlacementSpec { MaxPerHost = most })));

    [Theory]
    [InlineData("tcp/81", "tcp", "")]
    [InlineData("tcp/80", "tcp", "has port tcp/80 taken")]
    [InlineData("udp/80", "tcp", "")]
    [InlineData("udp/80", "udp", "has port udp/80 taken")]
    public void HostPort(string taken, string protocol, string reason) =>
        Expect("hostPorts", reason, A with { HostPorts = [taken] }, Request(Spec(ports: new PortSpec("x", 8080, 80, protocol))));

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(2, 0, "")]
    [InlineData(2.5, 0, "lacks CPU (2.5 needed, 2 free)")]
    [InlineData(0.3, 1.8, "lacks CPU (0.3 needed, 0.2 free)")]
    [InlineData(0.2, 1.8, "")]
    [InlineData(0, 5, "")]
    [InlineData(0.1, 5, "lacks CPU (0.1 needed, 0 free)")]
    public void Cpu(double needed, double reserved, string reason) => Expect("cpu", reason, A.Reserving(reserved, 0), Request(Spec(cpus: needed)));

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(512, 0, "")]
    [InlineData(513, 0, "lacks memory (513M needed, 512M free)")]
    [InlineData(1536, 500, "lacks memory (1.5G needed, 12M free)")]
    [InlineData(0, 600, "")]
    [InlineData(1, 600, "lacks memory (1M needed, 0 free)")]
    public void Memory(long neededM, long reservedM, string reason) =>
        Expect("memory", reason, A.Reserving(0, reservedM * M), Request(Spec(memory: neededM * M)));

    [Fact]
    public void The_first_filter_of_the_table_names_the_reason() =>
        Expect("state", "is cordoned", A with { Availability = Availability.Cordoned }, Request(Spec(cpus: 100, memory: 1000 * M)));
}
