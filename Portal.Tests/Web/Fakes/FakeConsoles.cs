using System.Text;
using System.Threading.Channels;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;

namespace Portal.Tests.Web.Fakes;

/// <summary>Consoles whose command shows what is typed; <c>q</c> ends it with exit code 7.</summary>
public sealed class FakeConsoles : IConsoleService
{
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(15);

    public ConsoleRequest? Request { get; private set; }

    /// <summary>Whether Deployers may still.</summary>
    public bool Allowed { get; set; } = true;

    /// <summary>Sizes that were asked for.</summary>
    public List<(int, int)> Sizes { get; } = [];

    /// <summary>How the last console ended.</summary>
    public TaskCompletionSource<(string Reason, int? ExitCode)> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task CheckAsync(Actor actor, string team, string app, InstanceId instance, CancellationToken cancellation) => Allowed && actor.IsAdministrator ? Task.CompletedTask
        : throw new RefusedException(RefusalKind.Forbidden, "This needs the role Deployer.");

    public async Task<ConsoleSession> OpenAsync(Actor actor, string team, string app, InstanceId instance, ConsoleRequest request, CancellationToken cancellation)
    {
        await CheckAsync(actor, team, app, instance, cancellation);
        Request = request;
        return new ConsoleSession(new Echo(this), "sh", (reason, code) =>
        {
            Ended.TrySetResult((reason, code));
            return Task.CompletedTask;
        });
    }

    private sealed class Echo(FakeConsoles consoles) : IExecSession
    {
        private readonly Channel<byte[]> _shown = Channel.CreateUnbounded<byte[]>();

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            var next = await _shown.Reader.ReadAsync(cancellation);
            next.CopyTo(buffer);
            return next.Length;
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellation)
        {
            _shown.Writer.TryWrite(Encoding.UTF8.GetString(typed.Span) == "q" ? [] : typed.ToArray());
            return ValueTask.CompletedTask;
        }

        public Task ResizeAsync(int columns, int rows, CancellationToken cancellation)
        {
            consoles.Sizes.Add((columns, rows));
            _shown.Writer.TryWrite(Encoding.UTF8.GetBytes($"{columns}x{rows}"));
            return Task.CompletedTask;
        }

        public Task<int?> GetExitCodeAsync(CancellationToken cancellation) => Task.FromResult<int?>(7);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
