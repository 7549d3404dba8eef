using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;

namespace Portal.Agents.Services;

/// <summary>Strives to be the one process that asks registered services.</summary>
internal sealed class ServiceKeeper(ILeaseStore leases, INoticeBus notices, ServiceFindings findings, GuardedProbe probe, AgentIdentity identity, TimeProvider time, ILogger<ServiceKeeper> log) : BackgroundService
{
    private int _stale;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notices.Subscribe(notice => Interlocked.Or(ref _stale, notice.Services || notice.Everything ? 1 : 0));
        await new TermHolder(leases, time, ViewReader.KeeperLease, identity.Name, log)
            .RunAsync((lease, term) => new ServiceTerm(lease, findings, probe, identity, time, log).RunAsync(() => Interlocked.Exchange(ref _stale, 0) > 0, term), stoppingToken);
    }
}
