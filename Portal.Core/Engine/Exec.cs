using System.Collections.Immutable;

namespace Portal.Core.Engine;

/// <summary>A command that is begun with a terminal in a running container.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">As <c>NAME=value</c>, beside the container's own.</param>
/// <param name="Columns">The terminal's width in characters.</param>
/// <param name="Rows">Its height.</param>
public sealed record ExecRequest(ImmutableArray<string> Command, ImmutableArray<string> Environment, int Columns, int Rows);

/// <summary>A command under way, with its terminal. Disposing closes the terminal; the engine lets the command run on.</summary>
public interface IExecSession : IAsyncDisposable
{
    /// <summary>Reads what it shows; 0 at its end.</summary>
    /// <exception cref="EngineException">The connection broke.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);
    /// <summary>Types.</summary>
    /// <exception cref="EngineException">The connection broke.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellation);
    /// <summary>Changes the terminal's size; of a command that has ended that is no failure.</summary>
    Task ResizeAsync(int columns, int rows, CancellationToken cancellation);
    /// <summary>What it exited with; null while it runs.</summary>
    Task<int?> GetExitCodeAsync(CancellationToken cancellation);
}
