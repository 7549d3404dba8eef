using System.Collections.Concurrent;
using Portal.Agents.Docker.Transport;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Makes clients of Docker engines. One per process: the bound on SSH processes per host lives here.</summary>
public sealed class DockerEngineFactory(DockerEngineOptions options, TimeProvider time) : IContainerEngineFactory
{
    private readonly ConcurrentDictionary<string, SshGates> _sshGates = new();

    /// <inheritdoc/>
    public IContainerEngine Connect(EngineEndpoint endpoint)
    {
        if (!EngineAddress.TryParse(endpoint.Address, out var address, out var fault))
            throw new EngineException(EngineError.InvalidEndpoint, fault);
        if (endpoint.Tls is not null && address.Transport != EngineTransport.Tcp)
            throw new EngineException(EngineError.InvalidEndpoint, "Certificates go with a tcp endpoint only.");
        return new DockerEngine(new EngineHttp(address, endpoint.Host ?? address.ToString(), Dialer(address, endpoint.Tls), options), options);
    }

    /// <inheritdoc/>
    public IMachineShell? Shell(EngineEndpoint endpoint) => EngineAddress.TryParse(endpoint.Address, out var address, out _) && address.Transport == EngineTransport.Ssh
        ? new SshShell(address, Ssh(address, "sh")) : null;

    private SshDialer Ssh(EngineAddress address, params string[] command) => new(address, options, _sshGates.GetOrAdd(address.ToString(), _ => new(options)), time, command);

    private IEngineDialer Dialer(EngineAddress address, EngineTls? tls) => address.Transport switch
    {
        EngineTransport.Unix => new UnixDialer(address),
        EngineTransport.Ssh => Ssh(address, "docker", "system", "dial-stdio"),
        _ when tls is null => new TcpDialer(address),
        _ => new TlsDialer(address, tls, time),
    };
}
