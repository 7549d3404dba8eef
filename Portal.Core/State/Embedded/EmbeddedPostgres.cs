using Microsoft.Extensions.Logging;
using Npgsql;

namespace Portal.Core.State.Embedded;

/// <summary>
/// A private PostgreSQL server on the data directory, run from the programs on this machine. It listens on a socket in
/// its own folder only, admits by the kernel's word only Portal's own user, is started again when it dies, and ends with
/// Portal however Portal ends.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly PostgresLauncher _launcher;
    private readonly ServerSupervisor _supervisor;
    private readonly SocketFolder _socket;

    private EmbeddedPostgres(PostgresLauncher launcher, ServerSupervisor supervisor, SocketFolder socket)
    {
        _launcher = launcher;
        _supervisor = supervisor;
        _socket = socket;
        ConnectionString = ConnectionTo(socket.Path, ClusterSettings.Database).ConnectionString;
    }

    /// <summary>For Npgsql: the database that Portal's tables are in. Stays the same when the server is started again.</summary>
    public string ConnectionString { get; }

    /// <summary>The process id of the running server; 0 while it is being started again.</summary>
    public int ServerPid => _supervisor.ServerPid;

    /// <summary>Makes the cluster if there is none, starts the server and returns when it accepts connections.</summary>
    /// <param name="directory">The locked data directory; it must stay open longer than the server.</param>
    /// <param name="logger">Gets the server's log too: its faults as warnings, the rest as debug.</param>
    /// <param name="time">For the back-off between restarts.</param>
    /// <param name="cancellation">Gives up the start; what was half made is removed.</param>
    /// <exception cref="EmbeddedPostgresException">There are no fitting programs, or the server does not start.</exception>
    public static Task<EmbeddedPostgres> StartAsync(
        DataDirectory directory, ILogger logger, TimeProvider time, CancellationToken cancellation) =>
        StartAsync(directory.PostgresPath, new ClusterSettings(), logger, time, cancellation);

    /// <summary>Stops the server: sessions are ended, what is committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _launcher.Dispose();
        _socket.Dispose();
    }

    internal static async Task<EmbeddedPostgres> StartAsync(
        string clusterPath, ClusterSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellation)
    {
        var cluster = new ClusterFolder(clusterPath, settings);
        var binaries = PostgresBinaries.Choose(cluster.Major);
        var launcher = new PostgresLauncher();
        var supervisor = new ServerSupervisor(cluster, binaries, launcher, logger, time);
        var socket = new SocketFolder(clusterPath);
        var server = new EmbeddedPostgres(launcher, supervisor, socket);
        try
        {
            if (cluster.Major is null)
            {
                await cluster.CreateAsync(binaries, launcher, cancellation);
            }

            await supervisor.StartAsync(cancellation);
            await CreateDatabaseAsync(socket.Path, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A way to the server that another process of this machine runs on the cluster.</summary>
    internal static RunningServer Reach(string clusterPath) => new(new SocketFolder(clusterPath));

    /// <summary>How Portal's own processes reach a database of the server whose socket is in that folder.</summary>
    internal static NpgsqlConnectionStringBuilder ConnectionTo(string socketFolder, string database) => new()
    {
        Host = socketFolder,
        Port = ClusterSettings.Port,
        Username = ClusterSettings.Role,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        ApplicationName = "Portal",
        Timeout = 5,
        MaxPoolSize = 40,
    };

    private static async Task CreateDatabaseAsync(string socketFolder, CancellationToken cancellation)
    {
        var maintenance = ConnectionTo(socketFolder, "postgres");
        maintenance.Pooling = false;
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection);
        exists.Parameters.Add(new NpgsqlParameter { Value = ClusterSettings.Database });
        if (await exists.ExecuteScalarAsync(cancellation) is null)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {ClusterSettings.Database}", connection);
            await create.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>A server that this process did not start and does not stop.</summary>
    internal sealed class RunningServer(SocketFolder socket) : IDisposable
    {
        public string ConnectionString { get; } = ConnectionTo(socket.Path, ClusterSettings.Database).ConnectionString;

        public void Dispose() => socket.Dispose();
    }
}
