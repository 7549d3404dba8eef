using Npgsql;

namespace Portal.Tests.Store;

public sealed class StoreFixtureTests(StoreFixture store)
{
    [Fact]
    public async Task Each_database_is_fresh_and_its_own()
    {
        var one = await store.CreateEmptyDatabaseAsync();
        var two = await store.CreateEmptyDatabaseAsync();

        await ExecuteAsync(one, "CREATE TABLE t (i int)");
        await ExecuteAsync(two, "CREATE TABLE t (i int)");

        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task Databases_can_be_made_at_once()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.CreateDatabaseAsync()));

        Assert.Equal(8, made.Distinct().Count());
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(sql, opened);
        await command.ExecuteNonQueryAsync();
    }
}
