using Npgsql;

namespace Portal.Tests.Store.Embedded;

/// <summary>Single statements over a connection of their own.</summary>
internal static class Sql
{
    public static async Task<T> ScalarAsync<T>(string connection, string statement)
    {
        await using var opened = new NpgsqlConnection(Unpooled(connection));
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(statement, opened);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"{statement} gave nothing"));
    }

    public static async Task ExecuteAsync(string connection, string statement)
    {
        await using var opened = new NpgsqlConnection(Unpooled(connection));
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(statement, opened);
        await command.ExecuteNonQueryAsync();
    }

    private static string Unpooled(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;
}
