using Microsoft.Extensions.Logging;

namespace Portal.Core.State.Embedded;

/// <summary>A way to the store for a single command: the given server, the embedded one that Portal runs now, or one started for the while.</summary>
public sealed class StoreAccess : IAsyncDisposable
{
    private readonly DataDirectory? _directory;
    private readonly EmbeddedPostgres? _started;
    private readonly EmbeddedPostgres.RunningServer? _running;

    private StoreAccess(string connectionString, DataDirectory? directory, EmbeddedPostgres? started, EmbeddedPostgres.RunningServer? running)
    {
        ConnectionString = connectionString;
        (_directory, _started, _running) = (directory, started, running);
    }

    /// <summary>For Npgsql.</summary>
    public string ConnectionString { get; }

    /// <summary>Opens the way.</summary>
    /// <param name="dataPath">The data directory.</param>
    /// <param name="connectionString">The server that Portal uses; null for the embedded one.</param>
    /// <param name="logger">For a server that is started.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EmbeddedPostgresException">There are no fitting programs, or the server does not start.</exception>
    public static async Task<StoreAccess> OpenAsync(
        string dataPath, string? connectionString, ILogger logger, TimeProvider time, CancellationToken cancellation)
    {
        if (connectionString is not null)
        {
            return new StoreAccess(connectionString, null, null, null);
        }

        DataDirectory directory;
        try
        {
            directory = DataDirectory.Open(dataPath);
        }
        catch (DataDirectoryInUseException)
        {
            // Portal runs: its own server answers.
            var running = EmbeddedPostgres.Reach(DataDirectory.PostgresOf(RealPath.Of(dataPath)));
            return new StoreAccess(running.ConnectionString, null, null, running);
        }

        try
        {
            var started = await EmbeddedPostgres.StartAsync(directory, logger, time, cancellation);
            return new StoreAccess(started.ConnectionString, directory, started, null);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Stops what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        _running?.Dispose();
        if (_started is not null)
        {
            await _started.DisposeAsync();
        }

        _directory?.Dispose();
    }
}
