using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>
/// Keeps the newest figures of this process by reading the ticks that were stored since, while anybody wants them: agents may be in other
/// processes, and figures make no notices.
/// </summary>
internal sealed class LiveUsage(NewestUsage newest, TimeProvider time, ILogger<LiveUsage> log) : BackgroundService, ILiveUsage
{
    private static readonly TimeSpan KeptOn = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly UsageBoard _board = new();
    private ImmutableArray<Action<UsageSnapshot>> _readers = [];
    private volatile UsageSnapshot _current = new();
    private bool _failed;

    /// <inheritdoc/>
    public UsageSnapshot Current => _current;

    /// <inheritdoc/>
    public ImmutableArray<InstanceUsage> RecentOf(InstanceId instance)
    {
        lock (_gate)
        {
            return _board.RecentOf(instance);
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<UsageSnapshot> changed)
    {
        ImmutableInterlocked.Update(ref _readers, r => r.Add(changed));
        lock (_gate)
        {
            if (_wanted.CurrentCount == 0)
            {
                _wanted.Release();
            }
        }
        return new Subscription(() => ImmutableInterlocked.Update(ref _readers, r => r.Remove(changed)));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _wanted.WaitAsync(stoppingToken);
                await KeepAsync(stoppingToken);
                Publish(new UsageSnapshot());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("No figures are read any more");
        }
    }

    /// <summary>Reads each tick until nobody has wanted it for a while.</summary>
    private async Task KeepAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            _board.Clear();
        }
        var wantedUntil = time.GetUtcNow() + KeptOn;
        while (time.GetUtcNow() < wantedUntil)
        {
            if (!_readers.IsEmpty)
            {
                wantedUntil = time.GetUtcNow() + KeptOn;
            }
            await ReadAsync(cancellation);
            // Somewhat after the tick, when it is stored.
            var now = time.GetUtcNow();
            var next = MetricRange.Floor(now, MetricTables.Tick) + MetricTables.Tick + MetricTables.Tick / 4;
            await Task.Delay(next - now, time, cancellation);
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var read = await newest.ReadAsync(_board.NewestAt, time.GetUtcNow(), cancellation);
            UsageSnapshot now;
            lock (_gate)
            {
                now = _board.Take(read, time.GetUtcNow());
            }
            _failed = false;
            Publish(now);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it was: a background service that throws ends the process. Once is enough to say it.
            log.Log(_failed ? LogLevel.Debug : LogLevel.Warning, "The newest figures could not be read: {Reason}", e.Message);
            _failed = true;
            lock (_gate)
            {
                Publish(_board.Take(UsageReading.Nothing, time.GetUtcNow()));
            }
        }
    }

    private void Publish(UsageSnapshot snapshot)
    {
        _current = snapshot;
        foreach (var reader in _readers)
        {
            reader(snapshot);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref end, static () => { })();
    }
}
