using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;

namespace Portal.Tests.Store.Services;

/// <summary>Commands that show nothing and end at once.</summary>
internal sealed class FakeHostConsoles : IHostConsoles
{
    public List<(HostId Host, string Container, ExecRequest Request)> Opened { get; } = [];

    /// <summary>Why none begins; null if they do.</summary>
    public EngineException? Refuses { get; set; }

    public Task<IExecSession> OpenAsync(HostId host, string containerId, ExecRequest request, CancellationToken cancellation)
    {
        if (Refuses is not null)
        {
            throw Refuses;
        }
        Opened.Add((host, containerId, request));
        return Task.FromResult<IExecSession>(new Silent());
    }

    private sealed class Silent : IExecSession
    {
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => ValueTask.FromResult(0);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellation) => ValueTask.CompletedTask;

        public Task ResizeAsync(int columns, int rows, CancellationToken cancellation) => Task.CompletedTask;

        public Task<int?> GetExitCodeAsync(CancellationToken cancellation) => Task.FromResult<int?>(0);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
