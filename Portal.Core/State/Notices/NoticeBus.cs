using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Notices;

/// <summary>Notices over PostgreSQL's LISTEN/NOTIFY: one listening connection a process, with a ping and a back-off; after each (re)connect everything is read anew.</summary>
public sealed class NoticeBus(NpgsqlDataSource source, TimeProvider time, ILogger<NoticeBus> log) : BackgroundService, INoticeBus
{
    private const string Channel = "portal";
    // NOTIFY carries less than 8,000 bytes; a larger notice is sent as "everything".
    private const int LargestPayload = 7_500;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private readonly string origin = Guid.NewGuid().ToString("N")[..8];
    private ImmutableArray<Action<Notice>> readers = [];

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<Notice> heard)
    {
        ImmutableInterlocked.Update(ref readers, r => r.Add(heard));
        return new Subscription(() => ImmutableInterlocked.Update(ref readers, r => r.Remove(heard)));
    }

    /// <inheritdoc/>
    public async Task SendAsync(DbConnection connection, DbTransaction? transaction, Notice notice, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        AddTo(batch, notice);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public void AddTo(NpgsqlBatch batch, Notice notice)
    {
        var payload = origin + JsonSerializer.Serialize(notice);
        if (payload.Length > LargestPayload)
        {
            payload = origin + JsonSerializer.Serialize(new Notice { Everything = true });
        }
        var command = new NpgsqlBatchCommand("SELECT pg_notify($1, $2)");
        command.Parameters.Add(new() { Value = Channel });
        command.Parameters.Add(new() { Value = payload });
        batch.BatchCommands.Add(command);
        PortalMeter.NoticesSent.Add(1);
    }

    /// <inheritdoc/>
    public void Committed(Notice notice)
    {
        foreach (var reader in readers)
        {
            reader(notice);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => failures = 0, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a background service that throws ends the process.
                log.LogWarning("The store's notices are not heard ({Reason}); trying again", e.Message);
            }
            failures = Math.Min(failures + 1, 6);
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50 << failures), time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(Action connected, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        connection.Notification += (_, e) => Heard(e.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellation);
        }
        connected();
        Committed(new Notice { Everything = true });
        while (true)
        {
            if (!await connection.WaitAsync(PingEvery, cancellation))
            {
                await using var ping = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = 5 };
                await ping.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    private void Heard(string payload)
    {
        if (payload.StartsWith(origin, StringComparison.Ordinal) || payload.Length < origin.Length)
        {
            return;
        }
        PortalMeter.NoticesHeard.Add(1);
        Committed(JsonSerializer.Deserialize<Notice>(payload.AsSpan(origin.Length)) ?? new Notice { Everything = true });
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref end, static () => { })();
    }
}
