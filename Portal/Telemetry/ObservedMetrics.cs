using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Telemetry;

/// <summary>What Portal observes, in the words of Prometheus: apps, instances, hosts and services, as far as the snapshot goes.</summary>
internal sealed class ObservedMetrics(PrometheusWriter writer, LiveSnapshot snapshot, UsageSnapshot usage)
{
    private static readonly string[] s_hostStates = ["Ready", "Cordoned", "Draining", "Drained", "Suspect", "Unreachable", "Rebooting", "Unknown"];
    private readonly AppView[] apps = [.. snapshot.Apps.Values.OrderBy(a => a.Team, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal)];
    private readonly HostView[] hosts = [.. snapshot.Hosts.Values.OrderBy(h => h.Name, StringComparer.Ordinal)];

    public void Write()
    {
        WriteApps();
        WriteInstances();
        WriteHosts();
        WriteServices();
    }

    private void WriteApps()
    {
        Gauge("portal_app_replicas_desired", "Instances that an app should have.", apps, Of, a => a.Desired);
        Gauge("portal_app_replicas_running", "Instances whose container runs.", apps, Of, a => a.Running);
        Gauge("portal_app_replicas_ready", "Running instances that are ready.", apps, Of, a => a.Healthy);
        Gauge("portal_app_replicas_updated", "Running instances of the current revision.", apps, Of, a => a.Updated);
        Gauge("portal_app_generation", "Counts the changes of what users want of an app.", apps, Of, a => a.Generation);
        Gauge("portal_app_generation_observed", "The last generation that the controller has acted on.", apps, Of, a => a.ObservedGeneration);
        Gauge("portal_app_revision", "The revision in force.", apps, Of, a => a.Revision);
        Gauge("portal_app_restarts", "Restarts of an app's live instances.", apps, Of, a => InstancesOf(a).Sum(i => i.Restarts));
        Gauge("portal_app_status", "1 for the status that an app has, 0 for every other.", apps.SelectMany(a => Enum.GetValues<AppStatus>().Select(s => (App: a, Status: s))),
            p => PrometheusWriter.Labels(("team", p.App.Team), ("app", p.App.Name), ("status", p.Status.ToString())), p => p.App.Status == p.Status ? 1 : 0);
    }

    private void WriteInstances()
    {
        var placed = apps.SelectMany(a => InstancesOf(a).Where(i => i.Host is not null).Select(i => (App: a, Instance: i))).ToArray();
        Gauge("portal_instance_info", "1 for each placed instance; what it is stands in its labels.", placed,
            p => PrometheusWriter.Labels(("team", p.App.Team), ("app", p.App.Name), ("instance_id", Id(p.Instance)), ("slot", $"{p.Instance.Slot}"), ("epoch", $"{p.Instance.Epoch}"),
                ("revision", $"{p.Instance.Revision}"), ("host", p.Instance.Host!), ("state", p.Instance.State.ToString()), ("health", p.Instance.Health.ToString())), _ => 1);
        Gauge("portal_instance_ready", "Whether an instance is ready.", placed, Of, p => p.Instance.Ready ? 1 : 0);
        Gauge("portal_instance_restarts", "Restarts of an instance's container.", placed, Of, p => p.Instance.Restarts);
        Gauge("portal_instance_started_timestamp_seconds", "When an instance's container last started.", placed.Where(p => p.Instance.StartedAt is not null), Of, p => Unix(p.Instance.StartedAt!.Value));
        var measured = placed.Select(p => (p.App, p.Instance, Usage: usage.Instances.GetValueOrDefault(p.Instance.Id)!)).Where(m => m.Usage is not null).ToArray();
        Usage("portal_instance_cpu_cores", "Cores that an instance uses.", measured, u => u.Cpu);
        Usage("portal_instance_memory_bytes", "Memory that an instance uses, without what the kernel may reclaim.", measured, u => u.Memory);
        Usage("portal_instance_memory_limit_bytes", "Memory that an instance may use.", measured, u => u.MemoryLimit);
        Usage("portal_instance_network_receive_bytes_per_second", "Received from networks.", measured, u => u.NetRx);
        Usage("portal_instance_network_transmit_bytes_per_second", "Sent to networks.", measured, u => u.NetTx);
        Usage("portal_instance_block_read_bytes_per_second", "Read from block devices.", measured, u => u.BlockRead);
        Usage("portal_instance_block_write_bytes_per_second", "Written to block devices.", measured, u => u.BlockWrite);
    }

    private void WriteHosts()
    {
        Gauge("portal_host_state", "1 for the state that a host has, 0 for every other.", hosts.SelectMany(h => s_hostStates.Select(s => (Host: h, State: s))),
            p => PrometheusWriter.Labels(("host", p.Host.Name), ("state", p.State)), p => p.Host.State == p.State ? 1 : 0);
        Gauge("portal_host_instances", "Live instances of a host.", hosts, Of, h => h.Instances);
        Gauge("portal_host_capacity_cpu_cores", "Cores of a host.", hosts.Where(h => h.Capacity.Cpus > 0), Of, h => h.Capacity.Cpus);
        Gauge("portal_host_capacity_memory_bytes", "Memory of a host.", hosts.Where(h => h.Capacity.MemoryBytes > 0), Of, h => h.Capacity.MemoryBytes);
        Gauge("portal_host_reserved_cpu_cores", "Cores that instances have set aside.", hosts, Of, h => h.Reserved.Cpus);
        Gauge("portal_host_reserved_memory_bytes", "Memory that instances have set aside.", hosts, Of, h => h.Reserved.MemoryBytes);
        Gauge("portal_host_seen_timestamp_seconds", "When a host's engine last answered.", hosts.Where(h => h.LastSeenAt is not null), Of, h => Unix(h.LastSeenAt!.Value));
        var measured = hosts.Select(h => (Host: h, Usage: usage.Hosts.GetValueOrDefault(h.Id)!)).Where(m => m.Usage is not null).ToArray();
        Usage("portal_host_cpu_cores", "Cores in use; of the whole machine, or of Portal's containers where its engine tells no more (scope).", measured, u => u.Cpu);
        Usage("portal_host_memory_bytes", "Memory in use, of the same scope.", measured, u => u.Memory);
        Usage("portal_host_disk_used_bytes", "Used space of the disk that holds images and containers.", measured, u => u.DiskUsed);
        Usage("portal_host_disk_size_bytes", "Size of that disk.", measured, u => u.DiskTotal);
    }

    private void WriteServices() =>
        Gauge("portal_service_endpoints", "Endpoints of a service, ready ones and others.", snapshot.Services.SelectMany(s => new[] { true, false }.Select(r => (Service: s, Ready: r))),
            p => PrometheusWriter.Labels(("team", p.Service.Team), ("service", p.Service.Name), ("ready", p.Ready ? "true" : "false")), p => p.Service.Endpoints.Count(e => e.Ready == p.Ready));

    private void Gauge<T>(string name, string help, IEnumerable<T> items, Func<T, string> labels, Func<T, double> value)
    {
        var begun = false;
        foreach (var item in items)
        {
            if (!begun)
            {
                writer.Family(name, SeriesKind.Gauge, help);
                begun = true;
            }
            writer.Line(name, labels(item), value(item));
        }
    }

    private void Usage(string name, string help, (AppView App, InstanceView Instance, InstanceUsage Usage)[] measured, Func<InstanceUsage, double?> value) =>
        Gauge(name, help, measured.Where(m => value(m.Usage) is not null), m => Of((m.App, m.Instance)), m => value(m.Usage)!.Value);

    private void Usage(string name, string help, (HostView Host, HostUsage Usage)[] measured, Func<HostUsage, double?> value) =>
        Gauge(name, help, measured.Where(m => value(m.Usage) is not null),
            m => PrometheusWriter.Labels(("host", m.Host.Name), ("scope", m.Usage.OfWholeMachine ? "machine" : "containers")), m => value(m.Usage)!.Value);

    private IEnumerable<InstanceView> InstancesOf(AppView app) => snapshot.Instances.GetValueOrDefault(app.Id, []);

    private static string Of(AppView app) => PrometheusWriter.Labels(("team", app.Team), ("app", app.Name));

    private static string Of(HostView host) => PrometheusWriter.Labels(("host", host.Name));

    private static string Of((AppView App, InstanceView Instance) pair) =>
        PrometheusWriter.Labels(("team", pair.App.Team), ("app", pair.App.Name), ("instance_id", Id(pair.Instance)), ("slot", $"{pair.Instance.Slot}"), ("host", pair.Instance.Host!));

    private static string Id(InstanceView instance) => instance.Id.Value.ToString();

    private static double Unix(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
