using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>Measures the machine that an engine runs on.</summary>
internal interface IMachineMeter : IAsyncDisposable
{
    /// <summary>What was last measured; null where the machine cannot be looked at.</summary>
    HostUsage? Latest { get; }

    /// <summary>Measures once; a failure leaves <see cref="Latest"/> null.</summary>
    /// <param name="rootFolder">The folder whose disk is measured; empty for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task ReadAsync(string rootFolder, CancellationToken cancellation);
}

/// <summary>Of a machine that only its engine is reached of.</summary>
internal sealed class UnknownMachine : IMachineMeter
{
    public HostUsage? Latest => null;

    public Task ReadAsync(string rootFolder, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>This machine itself: its engine is behind a unix socket.</summary>
internal sealed class OwnMachine : IMachineMeter
{
    private CpuTime? _before;
    private volatile HostUsage? _latest;

    public HostUsage? Latest => _latest;

    public async Task ReadAsync(string rootFolder, CancellationToken cancellation)
    {
        try
        {
            var stat = await File.ReadAllTextAsync("/proc/stat", cancellation);
            var memory = await File.ReadAllTextAsync("/proc/meminfo", cancellation);
            (_latest, _before) = MachineReading.Of(stat, memory, _before);
            if (rootFolder.Length > 0 && Directory.Exists(rootFolder))
            {
                var disk = new DriveInfo(rootFolder);
                _latest = _latest with { DiskTotal = disk.TotalSize, DiskUsed = disk.TotalSize - disk.TotalFreeSpace };
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            _latest = null;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
