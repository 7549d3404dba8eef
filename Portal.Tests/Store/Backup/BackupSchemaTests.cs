using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portal.Core.State;
using Portal.Core.State.Backup;
using Portal.Core.State.Model;
using Portal.Tests.Store.Embedded;

namespace Portal.Tests.Store.Backup;

/// <summary>A backup of Portal's own schema, in place of a small one.</summary>
public sealed class BackupSchemaTests(StoreFixture store) : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_restored_store_is_whole_and_needs_no_migration()
    {
        var (from, to) = (await store.CreateEmptyDatabaseAsync(), await store.CreateEmptyDatabaseAsync());
        await MigrateAsync(from);

        var manifest = await BackupWriter.WriteAsync(
            from, _scratch["keys"], _scratch["portal.tar"], TimeProvider.System, CancellationToken.None);
        var code = await BackupCommands.RestoreAsync(
            _scratch["portal.tar"], _scratch["data"], to, keysPath: null, force: false, TextWriter.Null, TimeProvider.System, CancellationToken.None);

        Assert.Equal(0, code);
        Assert.Equal(await LastMigrationAsync(from), manifest.Schema);
        Assert.Equal(await ShapeAsync(from), await ShapeAsync(to));
        await MigrateAsync(to, pending => Assert.Fail("A restored store wanted to be migrated: " + string.Join(", ", pending)));
        const string cluster = "SELECT string_agg(c::text, '') FROM cluster c";
        Assert.Equal(await Sql.ScalarAsync<string>(from, cluster), await Sql.ScalarAsync<string>(to, cluster));
    }

    private static async Task MigrateAsync(string connection, Action<IReadOnlyList<string>>? beforeUpgrade = null)
    {
        await using var services = new ServiceCollection().AddLogging().AddPortalState(connection).BuildServiceProvider();
        var source = services.GetRequiredService<NpgsqlDataSource>();
        await StoreStartup.RunAsync(
            source, services.GetRequiredService<IDbContextFactory<PortalDb>>(), TimeProvider.System,
            pending =>
            {
                beforeUpgrade?.Invoke(pending);
                return Task.CompletedTask;
            },
            CancellationToken.None);
    }

    private static Task<string> LastMigrationAsync(string connection) =>
        Sql.ScalarAsync<string>(connection, "SELECT max(\"MigrationId\") FROM \"__EFMigrationsHistory\"");

    /// <summary>Every column, index and constraint, as one text.</summary>
    private static Task<string> ShapeAsync(string connection) => Sql.ScalarAsync<string>(
        connection,
        """
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
            SELECT format('%s.%s %s %s', table_name, column_name, data_type, column_default) FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        ) AS shape (line)
        """);
}
