using Portal.Core.Engine;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>A machine whose engine is reached by SSH: its shell is asked. Where it gives none, it is seldom asked again.</summary>
internal sealed class SshMachine(IMachineShell shell, TimeProvider time) : IMachineMeter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);
    private CpuTime? _before;
    private volatile Reading? _read;
    private Task _reading = Task.CompletedTask;
    private long? _failedAt;

    public HostUsage? Latest => _read is { } read && time.GetElapsedTime(read.At) < Freshness ? read.Usage : null;

    /// <summary>Begins a reading unless one is under way: a slow line holds up nothing else.</summary>
    public Task ReadAsync(string rootFolder, CancellationToken cancellation)
    {
        if (_reading.IsCompleted && (_failedAt is not { } failed || time.GetElapsedTime(failed) >= AfterFailure))
        {
            _reading = AskAsync(rootFolder, cancellation);
        }
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await shell.DisposeAsync();
        await _reading;
    }

    private async Task AskAsync(string rootFolder, CancellationToken cancellation)
    {
        var at = time.GetTimestamp();
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
            var said = await shell.RunAsync($"grep '^cpu' /proc/stat; cat /proc/meminfo; df -Pk -- '{rootFolder.Replace("'", "'\\''", StringComparison.Ordinal)}'", limit.Token);
            (var usage, _before) = MachineReading.Of(said, said, _before);
            var disk = MachineReading.DiskOf(said);
            _read = new Reading(usage with { DiskUsed = disk?.Used, DiskTotal = disk?.Total }, at);
            _failedAt = null;
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException or FormatException or OverflowException or ObjectDisposedException)
        {
            _failedAt = at;
        }
    }

    private sealed record Reading(HostUsage Usage, long At);
}
