namespace Portal.Tests.Scripts;

/// <summary>What <c>run.sh</c> takes for a reason to build, asked of the real script in a tree of its own.</summary>
public sealed class BuildCheckTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("portal-build-check-").FullName;

    public BuildCheckTests()
    {
        Write("Portal/Program.cs");
        Write("Portal.Core/Domain/App.cs");
        Write("Directory.Build.props");
        Directory.CreateDirectory(Path.Combine(_root, "scripts"));
        File.Copy(Repository.PathTo("scripts", "install.sh"), Path.Combine(_root, "scripts", "install.sh"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Nothing_built_is_stale() => Assert.True(await IsStaleAsync());

    [Fact]
    public async Task What_was_built_after_the_last_change_is_up_to_date()
    {
        Build();

        Assert.False(await IsStaleAsync());
    }

    [Theory]
    [InlineData("Portal/Program.cs")]
    [InlineData("Portal.Core/Domain/New.cs")]
    [InlineData("Directory.Build.props")]
    [InlineData("wwwroot-assets/css/app.css")]
    public async Task A_newer_source_is_stale(string file)
    {
        Build();
        Write(file, later: true);

        Assert.True(await IsStaleAsync());
    }

    [Theory]
    [InlineData("Portal/obj/project.assets.json")]
    [InlineData("Portal.Core/bin/Release/net10.0/Portal.Core.dll")]
    [InlineData("Portal/wwwroot/app.js")]
    [InlineData("wwwroot-assets/node_modules/x/index.js")]
    [InlineData("Portal.Tests/Program.cs")]
    [InlineData("README.md")]
    public async Task What_a_build_writes_and_what_is_not_built_does_not_count(string file)
    {
        Build();
        Write(file, later: true);

        Assert.False(await IsStaleAsync());
    }

    [Fact]
    public async Task Every_script_is_valid()
    {
        string[] scripts = ["run.sh", "test.sh", "bench.sh", ".ci/run", "scripts/install.sh", "scripts/testhosts.sh"];

        await CommandLine.RequireAsync("bash", ["-c", "for script; do bash -n \"$script\" || exit 1; done", "check", .. scripts.Select(script => Repository.PathTo(script))]);
    }

    private async Task<bool> IsStaleAsync()
    {
        var result = await CommandLine.RunAsync("bash", ["-c", "source \"$1\" && is_stale", "check", Path.Combine(_root, "scripts", "install.sh")]);
        Assert.Equal("", result.Error);
        return result.ExitCode == 0;
    }

    private void Build()
    {
        Write("artifacts/portal/Portal.dll");
        Write("artifacts/portal/.built");
    }

    // Times are set, not waited for.
    private void Write(string file, bool later = false)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 12, file.StartsWith("artifacts", StringComparison.Ordinal) ? 1 : 0, 0, DateTimeKind.Utc).AddHours(later ? 1 : 0));
    }
}
