using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Portal.Composition;

/// <summary>
/// Gives memory back after many pages were closed. The collector itself works only when something is allocated, and a Portal that nobody looks at
/// allocates next to nothing: what closed pages held would stay for hours.
/// </summary>
internal sealed class MemoryReturn : CircuitHandler, IDisposable
{
    private const int Enough = 10;
    /// <summary>Circuits mostly end in waves: once for all of them.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);
    private readonly ITimer _timer;
    private int _closed;

    public MemoryReturn(TimeProvider time) =>
        _timer = time.CreateTimer(_ => Return(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>How often it did so.</summary>
    internal int Returned { get; private set; }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _closed) >= Enough)
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
        return Task.CompletedTask;
    }

    public void Dispose() => _timer.Dispose();

    private void Return()
    {
        Interlocked.Exchange(ref _closed, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Returned++;
    }
}
