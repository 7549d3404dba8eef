using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Agents.Probes;
using Portal.Core.Engine;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <summary>What every host worker of a process shares.</summary>
internal sealed record HostWorkerServices(
    NpgsqlDataSource Source,
    INoticeBus Notices,
    IContainerEngineFactory Engines,
    IRegistryCredentialsSource Credentials,
    HostReader Reader,
    IProbe Probe,
    AgentIdentity Identity,
    SelfWatch Watch,
    HostWorkerOptions Options,
    TimeProvider Time,
    ILogger<HostWorkers> Log);
