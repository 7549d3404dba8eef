using Portal.Core.State.Embedded;

namespace Portal.Tests.Store.Embedded;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_second_opening_is_refused_with_a_sentence_that_names_the_process()
    {
        using var first = DataDirectory.Open(_scratch["data"]);

        var refused = Assert.Throws<DataDirectoryInUseException>(() => DataDirectory.Open(_scratch["data"]));

        Assert.Equal(Environment.ProcessId, refused.HolderPid);
        Assert.Contains($"in use by another Portal (process {Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_held_directory_is_the_same_directory()
    {
        using var first = DataDirectory.Open(_scratch["data"]);
        Directory.CreateSymbolicLink(_scratch["link"], "data");

        var refused = Assert.Throws<DataDirectoryInUseException>(() => DataDirectory.Open(_scratch["link"]));

        Assert.Contains(first.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_released_can_be_opened_again()
    {
        DataDirectory.Open(_scratch["data"]).Dispose();
        using var again = DataDirectory.Open(_scratch["data"]);

        Assert.Equal(_scratch["data"], again.Path);
    }

    [Fact]
    public void It_and_its_keys_are_private()
    {
        using var data = DataDirectory.Open(_scratch["data"]);

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, new DirectoryInfo(data.Path).UnixFileMode & others);
        Assert.Equal(UnixFileMode.None, new DirectoryInfo(data.KeysPath).UnixFileMode & others);
    }

    [Fact]
    public void A_path_that_cannot_be_is_said_in_a_sentence()
    {
        File.WriteAllText(_scratch["file"], "");

        var refused = Assert.Throws<EmbeddedPostgresException>(() => DataDirectory.Open(_scratch["file/data"]));

        Assert.StartsWith($"The data directory {_scratch["file/data"]} cannot be used: ", refused.Message, StringComparison.Ordinal);
    }
}
