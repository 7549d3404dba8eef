using Npgsql;
using Portal.Core.State.Embedded;

namespace Portal.Core.State.Backup;

/// <summary>PostgreSQL's dump and restore programs, for the database of a connection string.</summary>
internal static class DatabaseTools
{
    /// <summary>Without owners and rights, which another server does not know.</summary>
    private static readonly string[] Portable = ["--no-owner", "--no-privileges"];

    /// <summary>Figures of which coarser ones are kept for longer: they are by far the most, and soon old.</summary>
    private static readonly string[] WithoutFineFigures = [.. new[] { "metric_samples", "metric_minutes", "host_samples", "host_minutes" }.Select(t => $"--exclude-table-data={t}*")];

    /// <summary>Writes the whole database to a new file, as of one moment. Returns the major version of the dumping program.</summary>
    public static async Task<int> DumpAsync(string connectionString, string file, CancellationToken cancellation)
    {
        var binaries = await BinariesForAsync(connectionString, cancellation);
        await ToolProcess.RunAsync(
            binaries["pg_dump"], ["--format", "custom", .. Portable, .. WithoutFineFigures, "--file", file],
            cancellation, EnvironmentOf(connectionString));
        return binaries.Major;
    }

    /// <summary>Fills an empty database, or one whose tables are to be <paramref name="replaced"/>: wholly or not at all.</summary>
    public static async Task RestoreAsync(
        string connectionString, string file, bool replaced, CancellationToken cancellation)
    {
        var binaries = await BinariesForAsync(connectionString, cancellation);
        string[] clean = replaced ? ["--clean", "--if-exists"] : [];
        await ToolProcess.RunAsync(
            binaries["pg_restore"],
            [.. Portable, "--exit-on-error", "--single-transaction", .. clean, "--dbname", DatabaseOf(connectionString), file],
            cancellation, EnvironmentOf(connectionString));
    }

    /// <summary>The id of the last migration; null where there was none yet.</summary>
    public static async Task<string?> SchemaAsync(string connectionString, CancellationToken cancellation)
    {
        const string history = "\"__EFMigrationsHistory\"";
        await using var connection = await OpenAsync(connectionString, cancellation);
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{history}') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
        {
            return null;
        }

        await using var last = new NpgsqlCommand($"SELECT max(\"MigrationId\") FROM {history}", connection);
        return await last.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>How many tables of users, and how many other sessions, the database has.</summary>
    public static async Task<(long Tables, long Sessions)> InUseAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(connectionString, cancellation);
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
                   (SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')
            """, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static async Task<PostgresBinaries> BinariesForAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(connectionString, cancellation);
        return PostgresBinaries.ForServer(connection.PostgreSqlVersion.Major);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellation)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(unpooled.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch (NpgsqlException e)
        {
            await connection.DisposeAsync();
            throw new BackupException($"The database {unpooled.Database} at {unpooled.Host} cannot be reached: {e.Message}", e);
        }
    }

    private static string DatabaseOf(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return builder.Database ?? builder.Username ?? "";
    }

    /// <summary>The connection in the words of PostgreSQL's own programs; never on a command line, which others can read.</summary>
    private static Dictionary<string, string> EnvironmentOf(string connectionString)
    {
        var from = new NpgsqlConnectionStringBuilder(connectionString);
        (string Name, string? Value)[] all =
        [
            ("PGHOST", from.Host),
            ("PGPORT", $"{from.Port}"),
            ("PGUSER", from.Username),
            ("PGDATABASE", DatabaseOf(connectionString)),
            ("PGPASSWORD", from.Password),
            ("PGPASSFILE", from.Passfile),
            ("PGSSLMODE", from.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => $"{mode}".ToLowerInvariant(),
            }),
            ("PGSSLROOTCERT", from.RootCertificate),
            ("PGSSLCERT", from.SslCertificate),
            ("PGSSLKEY", from.SslKey),
            ("PGGSSENCMODE", "disable"),
        ];
        return all.Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.Name, v => v.Value!);
    }
}
