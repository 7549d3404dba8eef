using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Core.State.Embedded;
using Portal.Tests.Store;

[assembly: AssemblyFixture(typeof(StoreFixture))]

namespace Portal.Tests.Store;

/// <summary>
/// One embedded server for the whole run, started by the first test that wants a database. Take it as a constructor
/// parameter. Databases are not dropped one by one: the server and its folder go at the end.
/// </summary>
public sealed class StoreFixture : IAsyncLifetime
{
    private const string Template = "template_portal";
    private readonly SemaphoreSlim _gate = new(1);
    private string? _folder;
    private EmbeddedPostgres? _server;
    private string? _template;
    private int _made;

    /// <summary>The connection string of a fresh database: empty, or a copy of the template if there is one.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return await MakeAsync($"test_{++_made}", _template);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The connection string of a fresh, empty database, whatever the template.</summary>
    public async Task<string> CreateEmptyDatabaseAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return await MakeAsync($"test_{++_made}", template: null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Says once for the run how a database is filled before it is copied; calls after the first do nothing.
    /// <paramref name="migrate"/> gets a connection string and must leave no connection open.
    /// </summary>
    public async Task TemplateAsync(Func<string, Task> migrate)
    {
        await _gate.WaitAsync();
        try
        {
            if (_template is null)
            {
                await migrate(Unpooled(await MakeAsync(Template, template: null)));
                _template = Template;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task<string> MakeAsync(string name, string? template)
    {
        _folder ??= Directory.CreateTempSubdirectory("portal-store-").FullName;
        _server ??= await EmbeddedPostgres.StartAsync(
            Path.Combine(_folder, "postgres"), new ClusterSettings(MaxConnections: 300, Durable: false),
            NullLogger.Instance, TimeProvider.System, CancellationToken.None);
        await using var connection = new NpgsqlConnection(Unpooled(_server.ConnectionString));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand(
            $"CREATE DATABASE {name}" + (template is null ? "" : $" TEMPLATE {template}"), connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_server.ConnectionString)
        {
            Database = name,
            MaxPoolSize = 12,
            ConnectionIdleLifetime = 5,
            ConnectionPruningInterval = 1,
            IncludeErrorDetail = true,
        }.ConnectionString;
    }

    private static string Unpooled(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;
}
