using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Portal.Core.State.Embedded;

/// <summary>Keeps one server running on a cluster: starts it, starts it again with a back-off when it dies, ends it.</summary>
internal sealed class ServerSupervisor(
    ClusterFolder cluster, PostgresBinaries binaries, PostgresLauncher launcher, ILogger logger, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    // All of Portal waits for its store, and a try costs little: several deaths in a minute must not keep it away for half of one.
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopping = new();
    private ServerProcess? _server;
    private Task _supervising = Task.CompletedTask;

    /// <summary>0 while no server runs.</summary>
    public int ServerPid => Volatile.Read(ref _server)?.Id ?? 0;

    /// <summary>Returns when the server accepts connections.</summary>
    /// <exception cref="EmbeddedPostgresException">It ended instead; the message carries what it said.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var server = await StartServerAsync(cancellation);
        _supervising = SuperviseAsync(server);
    }

    /// <summary>Fast shutdown, then harder ways; returns when no process of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        await ClusterProcesses.EndAsync(cluster.Path, time, CancellationToken.None);
        _stopping.Dispose();
        _server?.Dispose();
    }

    private async Task SuperviseAsync(ServerProcess server)
    {
        var backOff = FirstBackOff;
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            await server.Exited.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            backOff = Stopwatch.GetElapsedTime(started) > Steady ? FirstBackOff : backOff;
            logger.LogWarning("PostgreSQL (process {Pid}) ended by itself and is started again", server.Id);
            Volatile.Write(ref _server, null);
            server.Dispose();
            if (await RestartAsync(backOff) is not { } next)
            {
                return;
            }

            (server, backOff) = next;
        }
    }

    /// <summary>Tries until a server runs; null when told to stop meanwhile.</summary>
    private async Task<(ServerProcess Server, TimeSpan NextBackOff)?> RestartAsync(TimeSpan backOff)
    {
        while (true)
        {
            try
            {
                await Task.Delay(backOff, time, _stopping.Token);
                backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks));
                var server = await StartServerAsync(_stopping.Token);
                logger.LogInformation("PostgreSQL runs again (process {Pid})", server.Id);
                return (server, backOff);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e)
            {
                logger.LogError(e, "PostgreSQL did not start; next try in {BackOff}", backOff);
            }
        }
    }

    private async Task<ServerProcess> StartServerAsync(CancellationToken cancellation)
    {
        await ClusterProcesses.EndAsync(cluster.Path, time, cancellation);
        await cluster.PrepareAsync(cancellation);
        var server = await ServerProcess.StartAsync(cluster.Path, binaries, launcher, logger);
        try
        {
            if (!await server.Ready.WaitAsync(cancellation))
            {
                throw new EmbeddedPostgresException($"PostgreSQL did not start on {cluster.Path}: {server.LastLines}");
            }

            Volatile.Write(ref _server, server);
            return server;
        }
        catch
        {
            await ClusterProcesses.EndAsync(cluster.Path, time, CancellationToken.None);
            server.Dispose();
            throw;
        }
    }
}
