using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

/// <summary>A host, its instances and containers, as tables want them.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    public static readonly Guid Cluster = Guid.Parse("0123456789abcdef0123456789abcdef");
    public static readonly HostScope Host = new(Cluster, new HostId(Guid.Parse("11111111-1111-1111-1111-111111111111")), "h1", "10.0.0.1");
    private static readonly AppId s_app = new(Guid.Parse("22222222-2222-2222-2222-222222222222"));

    public static WantedInstance Wanted(int slot = 1, DesiredState desired = DesiredState.Run, AppSpec? spec = null) => new()
    {
        Id = InstanceId.Of(s_app, slot, 1),
        App = s_app,
        Team = new TeamId(Guid.Parse("33333333-3333-3333-3333-333333333333")),
        TeamName = "team",
        AppName = "web",
        Slot = slot,
        Epoch = 1,
        Revision = 1,
        Desired = desired,
        StopReason = desired == DesiredState.Stop ? "scaled down" : null,
        Spec = spec ?? new AppSpec { Image = "nginx:1", Ports = [new PortSpec("http", 80)] },
        SpecHash = "hash",
    };

    public static ContainerDetails Container(WantedInstance wanted, string state = "running", string id = "c1", string? name = null) => new()
    {
        Id = id,
        Name = name ?? EngineNames.Container(Cluster, wanted.TeamName, wanted.AppName, wanted.Slot, wanted.Epoch),
        State = state,
        StartedAt = state == "created" ? null : Now - TimeSpan.FromMinutes(1),
        Labels = ContainerRequests.Of(Host, wanted).Labels.ToImmutableDictionary(),
        Ports = state == "running" ? [new PublishedPort(80, "tcp", "10.0.0.1", 32768)] : [],
    };

    /// <summary>A host with network and image ready.</summary>
    public static HostSituation Situation(IEnumerable<WantedInstance> wanted, params ContainerDetails[] containers)
    {
        var all = wanted.ToDictionary(w => w.Id);
        return new HostSituation
        {
            Host = Host,
            Wanted = all,
            Memories = all.Keys.ToDictionary(id => id, _ => new InstanceMemory { FirstSeenAt = Now }),
            Containers = [.. containers.Select(FoundContainer.Of)],
            Networks = new Dictionary<string, TeamNetwork> { ["portal.team.01234567"] = new("portal.team.01234567", "team", null) },
            Images = new Dictionary<string, DateTimeOffset?> { ["docker.io/library/nginx:1"] = null },
        };
    }

    public static HostSituation Remembering(this HostSituation situation, WantedInstance wanted, Func<InstanceMemory, InstanceMemory> change) => situation with
    {
        Memories = situation.Memories.ToDictionary(m => m.Key, m => m.Key == wanted.Id ? change(m.Value) : m.Value),
    };
}
