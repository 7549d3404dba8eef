using Microsoft.Extensions.Logging;
using Portal.Agents.Probes;
using Portal.Agents.Sampling;
using Portal.Core.Engine;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <summary>What every host worker of a process shares.</summary>
internal sealed record HostWorkerServices(
    ILeaseStore Leases,
    IFindingsStore Findings,
    INoticeBus Notices,
    IContainerEngineFactory Engines,
    IRegistryCredentialsSource Credentials,
    IHostReader Reader,
    IProbe Probe,
    AgentIdentity Identity,
    SelfWatch Watch,
    HostWorkerOptions Options,
    TimeProvider Time,
    ILogger<HostWorkers> Log)
{
    /// <summary>What measures running containers; null where nothing does.</summary>
    public IHostSampling? Sampling { get; init; }
}
