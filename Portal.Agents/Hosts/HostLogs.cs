using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <inheritdoc/>
internal sealed class HostLogs(EngineDirectory directory) : IHostLogs
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<LogLine> ReadAsync(HostId host, string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var engine = await directory.FindAsync(host, cancellation);
        await foreach (var line in engine.ReadLogsAsync(containerId, query, cancellation))
        {
            yield return line;
        }
    }
}
