using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.State.Embedded;

namespace Portal.Tests.Store.Embedded;

/// <summary>What <see cref="OtherProcess"/> runs: parts of a test that need a process of their own, which can then be killed or have another user.</summary>
internal static class OtherPart
{
    public const string CommitAndWait = "commit-and-wait";
    public const string StartTwice = "start-twice";

    /// <summary>Runs a part in a folder.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string part, string folder)
    {
        using var data = DataDirectory.Open(Path.Combine(folder, "data"));
        return part switch
        {
            CommitAndWait => await CommitAndWaitAsync(data, folder),
            StartTwice => await StartTwiceAsync(data, folder),
            _ => throw new ArgumentException($"There is no part {part}.", nameof(part)),
        };
    }

    private static async Task<int> CommitAndWaitAsync(DataDirectory data, string folder)
    {
        await using var server = await StartAsync(data);
        await Sql.ExecuteAsync(server.ConnectionString, "CREATE TABLE IF NOT EXISTS committed AS SELECT 42 AS answer");
        await File.WriteAllTextAsync(Path.Combine(folder, "committed"), "");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }

    private static async Task<int> StartTwiceAsync(DataDirectory data, string folder)
    {
        await using (var first = await StartAsync(data))
        {
            await Sql.ExecuteAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        await using var server = await StartAsync(data);
        Assert.Equal(42, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT answer FROM kept"));
        await File.WriteAllTextAsync(Path.Combine(folder, "read"), Environment.UserName);
        return 0;
    }

    private static Task<EmbeddedPostgres> StartAsync(DataDirectory data) =>
        EmbeddedPostgres.StartAsync(data, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
}
