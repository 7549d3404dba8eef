using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Builds the records that pages show; ids follow from names, so that two builds of one thing are equal.</summary>
public static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Actor Admin = new() { UserId = IdOf("admin"), Name = "admin@example.org", IsAdministrator = true };

    public static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    public static TeamId Team(string name) => new(IdOf("team " + name));

    public static Actor Member(string team, TeamRole role) => new()
    {
        UserId = IdOf("dev"),
        Name = "dev@example.org",
        Roles = ImmutableDictionary<TeamId, TeamRole>.Empty.Add(Team(team), role),
    };

    /// <summary>A rollout from revision 1 to 2.</summary>
    public static RolloutState Rollout(long generation, RolloutStatus status, string reason = "") => new()
    {
        Generation = generation,
        From = 1,
        To = 2,
        Base = 1,
        Status = status,
        Reason = reason,
        By = "ada@example.org",
        StartedAt = Now,
        ProgressAt = Now,
        EndedAt = status is RolloutStatus.Progressing or RolloutStatus.Paused or RolloutStatus.RollingBack ? null : Now.AddMinutes(1),
    };

    public static AppView App(string name, string team = "default", AppStatus status = AppStatus.Running, int replicas = 1, string image = "nginx:1.27") => new()
    {
        Id = new AppId(IdOf($"app {team}/{name}")),
        TeamId = Team(team),
        Team = team,
        Name = name,
        Generation = 1,
        ObservedGeneration = 1,
        Revision = 1,
        Status = status,
        Desired = replicas,
        Replicas = replicas,
        Running = status is AppStatus.Running or AppStatus.Healthy ? replicas : Math.Max(0, replicas - 1),
        Healthy = status is AppStatus.Running or AppStatus.Healthy ? replicas : Math.Max(0, replicas - 1),
        Updated = replicas,
        Image = image,
        Spec = new AppSpec { Image = image },
        ChangedAt = Now.AddMinutes(-12),
        ChangedBy = "token:ci-shop",
        CreatedAt = Now.AddDays(-3),
    };

    public static HostView Host(string name, Reachability reachability = Reachability.Reachable, double reservedCpus = 1, long reservedMemory = 1L << 30) => new()
    {
        Id = new HostId(IdOf("host " + name)),
        Name = name,
        Endpoint = $"tcp://{name}.example.org:2375",
        Address = $"{name}.example.org",
        Reachability = reachability,
        State = reachability == Reachability.Reachable ? "Ready" : reachability.ToString(),
        Since = Now.AddMinutes(-3),
        EngineVersion = "27.1.1",
        Os = "linux",
        OsName = "Debian GNU/Linux 12",
        Architecture = "amd64",
        Capacity = new Resources(4, 8L << 30),
        Reserved = new Resources(reservedCpus, reservedMemory),
        LastSeenAt = reachability == Reachability.Reachable ? Now : Now.AddSeconds(-40),
        Grace = TimeSpan.FromSeconds(15),
    };

    public static InstanceView Instance(AppView app, int slot, string? host, InstanceState state = InstanceState.Running, long epoch = 1, int revision = 1) => new()
    {
        Id = InstanceId.Of(app.Id, slot, epoch),
        AppId = app.Id,
        Slot = slot,
        Epoch = epoch,
        Revision = revision,
        HostId = host is null ? null : new HostId(IdOf("host " + host)),
        Host = host,
        State = state,
        Ready = state == InstanceState.Running,
        Address = host is null ? null : $"{host}.example.org",
        Ports = state == InstanceState.Running ? [new InstancePort("http", 80, 32768 + slot, "tcp")] : [],
        ContainerId = host is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{app.Name}{slot}{epoch}"))),
        StartedAt = Now.AddMinutes(-10),
        ObservedAt = Now.AddSeconds(-40),
        CreatedAt = Now.AddMinutes(-11),
    };

    public static EventView Event(long id, string message, string? app = null, string? host = null, Severity severity = Severity.Info, string kind = "InstancePlaced", string team = "default") => new()
    {
        Id = id,
        At = Now.AddMinutes(-id),
        Kind = kind,
        Message = message,
        Severity = severity,
        Team = app is null ? null : team,
        App = app,
        Host = host,
    };

    public static LiveSnapshot Snapshot(IEnumerable<AppView> apps, IEnumerable<HostView>? hosts = null, IEnumerable<InstanceView>? instances = null, IEnumerable<EventView>? events = null) => new()
    {
        Version = 1,
        At = Now,
        Apps = apps.ToImmutableDictionary(a => a.Id),
        Hosts = (hosts ?? []).ToImmutableDictionary(h => h.Id),
        Instances = (instances ?? []).GroupBy(i => i.AppId).ToImmutableDictionary(g => g.Key, g => g.OrderBy(i => i.Slot).ThenBy(i => i.Epoch).ToImmutableArray()),
        Events = [.. events ?? []],
    };
}
