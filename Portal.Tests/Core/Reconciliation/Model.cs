using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;

namespace Portal.Tests.Core.Reconciliation;

/// <summary>Builds inputs of the reconciler in few words.</summary>
internal static class Model
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly AppId App = new(Guid.Parse("00000000-0000-0000-0000-00000000000a"));

    public static HostId Host(int n) => new(Guid.Parse($"00000000-0000-0000-0000-{n:D12}"));

    public static Dictionary<HostId, HostInput> Hosts(int count) => Enumerable.Range(1, count)
        .ToDictionary(Host, n => new HostInput { Id = Host(n), Name = $"h{n}", Reachability = Reachability.Reachable });

    public static AppInput Of(AppSpec spec, int replicas, params InstanceInput[] instances) => new()
    {
        Id = App,
        Generation = 1,
        Revision = 1,
        Spec = spec,
        Replicas = replicas,
        Instances = [.. instances],
        Epochs = instances.GroupBy(i => i.Slot).ToImmutableDictionary(g => g.Key, g => g.Max(i => i.Epoch)),
    };

    public static AppSpec Spec(Func<AppSpec, AppSpec>? change = null)
    {
        var spec = new AppSpec { Image = "test/busybox:1" };
        return change is null ? spec : change(spec);
    }

    public static InstanceInput Ready(int slot, int host, long epoch = 1, int revision = 1, DateTimeOffset? since = null) => new()
    {
        Id = InstanceId.Of(App, slot, epoch),
        Slot = slot,
        Epoch = epoch,
        Revision = revision,
        Host = Host(host),
        Desired = DesiredState.Run,
        CreatedAt = Now.AddMinutes(-10),
        Observed = new Observed { State = InstanceState.Running, Health = Health.None, ReadySince = since ?? Now.AddMinutes(-5), At = Now },
    };

    public static InstanceInput Starting(int slot, int host, long epoch = 1, int revision = 1) =>
        Ready(slot, host, epoch, revision) with { Observed = new Observed { State = InstanceState.Starting, At = Now } };

    public static InstanceInput Unplaced(int slot, long epoch = 1) =>
        Ready(slot, 1, epoch) with { Host = null, Observed = null, PendingReason = "0 of 3 hosts fit" };

    public static InstanceInput Failed(int slot, int host, InstanceFailure failure, string reason = "it broke", DateTimeOffset? at = null) =>
        Ready(slot, host) with { Observed = new Observed { State = InstanceState.Failed, Failure = failure, Reason = reason, At = at ?? Now } };

    public static InstanceInput Stopping(this InstanceInput instance, bool gone = false) => instance with
    {
        Desired = DesiredState.Stop,
        Observed = gone ? new Observed { State = InstanceState.Stopped, At = Now } : instance.Observed,
    };

    public static Dictionary<HostId, HostInput> With(this Dictionary<HostId, HostInput> hosts, int n, Func<HostInput, HostInput> change)
    {
        hosts[Host(n)] = change(hosts[Host(n)]);
        return hosts;
    }
}
