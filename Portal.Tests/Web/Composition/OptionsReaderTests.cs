using System.Collections;
using Portal.Composition;

namespace Portal.Tests.Web.Composition;

public sealed class OptionsReaderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"portal-{Guid.NewGuid():N}.json");

    [Fact]
    public void Without_anything_the_defaults_hold()
    {
        var command = Read([]);
        Assert.Empty(command.Faults);
        Assert.Equal(("", 8080, "data", true, true), (command.Verb, command.Options.Port, command.Options.Data, command.Options.IsWeb, command.Options.IsAgent));
        Assert.Equal(["127.0.0.1"], command.Options.Listen);
    }

    [Fact]
    public void The_line_wins_over_the_environment_and_that_over_the_file()
    {
        File.WriteAllText(_file, """{ "port": 1, "data": "file", "log-level": "debug", "ConnectionStrings": { "Portal": "Host=a" } }""");
        var options = Read(["--config", _file, "--port=3"], ("PORTAL_PORT", "2"), ("PORTAL_DATA", "environment")).Options;
        Assert.Equal((3, "environment", "Host=a"), (options.Port, options.Data, options.ConnectionString));
        Assert.Equal("Host=b", Read(["--config", _file], ("ConnectionStrings__Portal", "Host=b")).Options.ConnectionString);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        File.WriteAllText(_file, """{ "prot": 1, "port": "many" }""");
        var faults = Read(["serve", "--config", _file, "--nothing", "--port", "70000", "--roles", "cook", "--data", "--cert-key", "k", "-x"]).Faults;
        string[] expected = ["serve", "prot in", "port in", "--nothing", "--port", "--roles", "--data", "--cert-key", "-x"];
        Assert.Equal(expected.Length, faults.Length);
        Assert.All(expected, e => Assert.Contains(faults, f => f.Contains(e, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("backup", "f.tar")]
    [InlineData("restore", "f.tar", "--force", "--data", "d")]
    [InlineData("admin-link", "--data", "d")]
    [InlineData("--help")]
    public void Commands_are_understood(params string[] arguments) => Assert.Empty(Read(arguments).Faults);

    [Theory]
    [InlineData("backup")]
    [InlineData("restore", "a", "b")]
    [InlineData("admin-link", "a")]
    public void Commands_with_too_little_or_too_much_are_not(params string[] arguments) => Assert.Single(Read(arguments).Faults);

    [Fact]
    public void Force_and_file_reach_restore()
    {
        var command = Read(["restore", "--force", "f.tar"]);
        Assert.Equal(("restore", "f.tar", true), (command.Verb, command.File, command.Force));
    }

    [Fact]
    public void Help_names_every_setting_with_its_default() =>
        Assert.All(Settings.All, s => Assert.Contains($"--{s.Name}", Help.Text(), StringComparison.Ordinal));

    [Fact]
    public void A_file_that_is_no_settings_is_a_fault()
    {
        Assert.Single(Read(["--config", _file]).Faults);
        File.WriteAllText(_file, "[1, 2");
        Assert.Single(Read(["--config", _file]).Faults);
    }

    public void Dispose() => File.Delete(_file);

    private static Command Read(string[] arguments, params (string Name, string Value)[] environment) =>
        OptionsReader.Read(arguments, new Hashtable(environment.ToDictionary(e => e.Name, e => e.Value)));
}
