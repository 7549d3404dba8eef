using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Strives to be the controller; what is noticed between terms waits for the next one.</summary>
internal sealed class ControllerWorker(ILeaseStore leases, INoticeBus notices, IControlReader reader, IAssignmentWriter writer, AgentIdentity identity, TimeProvider time, ILogger<ControllerWorker> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Strives until told to end.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var inbox = new ControllerInbox();
        using var subscription = notices.Subscribe(inbox.Put);
        await new TermHolder(leases, time, "controller", identity.Name, log)
            .RunAsync((lease, term) => new ControllerTerm(lease, reader, writer, inbox, time, log).RunAsync(term), stoppingToken);
    }
}
