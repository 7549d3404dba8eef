using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>Reads what containers write, straight from their hosts.</summary>
public interface IHostLogs
{
    /// <summary>Lines of a container's output, oldest first; ends with the container where it is followed.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="query">Which lines.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="EngineException">The host cannot be reached, is unknown, or has no such container.</exception>
    IAsyncEnumerable<LogLine> ReadAsync(HostId host, string containerId, LogQuery query, CancellationToken cancellation);
}
