using Portal.Agents.Docker;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Pulls from a registry of the tests' own.</summary>
public sealed class DockerPullTests(TestHosts hosts) : EngineTestBase(hosts)
{
    [Fact]
    public async Task An_image_is_pulled_by_tag_and_by_digest_with_progress()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = await PushFreshAsync(registry, "team/app:1");
        var engine = Connect(2);

        var progress = await engine.PullImageAsync(image, null, Cancellation).ToListAsync(Cancellation);

        Assert.Contains(progress, p => p.Layer is { Length: 12 } && p.Total > 0 && p.Current > 0);
        Assert.Contains(progress, p => p.Status.StartsWith("Digest: sha256:", StringComparison.Ordinal));
        var digest = $"{registry.Name}/team/app@{registry.DigestOf("team/app", "1")}";
        var pulled = await engine.InspectImageAsync(image, Cancellation);
        Assert.Equal([digest], pulled!.Digests);
        var container = await engine.CreateContainerAsync(Request("a", digest), Cancellation);
        Assert.Equal(pulled.Id, (await engine.InspectContainerAsync(container, Cancellation))!.ImageId);
        await engine.RemoveContainerAsync(container, force: true, Cancellation);

        await engine.RemoveImageAsync(pulled.Id, Cancellation);
        Assert.Null(await engine.InspectImageAsync(digest, Cancellation));
        await engine.PullImageAsync(digest, null, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(pulled.Id, (await engine.InspectImageAsync(digest, Cancellation))!.Id);
        await engine.RemoveImageAsync(pulled.Id, Cancellation);
    }

    [Fact]
    public async Task A_registry_that_wants_credentials_gets_them()
    {
        await using var registry = await TestRegistry.StartAsync("ann", "s3cr?t>");
        var image = await PushFreshAsync(registry, "team/private:1");
        var engine = Connect(2);

        var none = await FailsAsync(EngineError.ImageUnavailable, () => PullAsync(engine, image, null));
        var wrong = await FailsAsync(EngineError.ImageUnavailable, () => PullAsync(engine, image, new(registry.Name, "ann", "guess")));
        await PullAsync(engine, image, new(registry.Name, "ann", "s3cr?t>"));

        Assert.Contains("no basic auth credentials", none.Message);
        Assert.DoesNotContain("guess", wrong.Message);
        var pulled = await engine.InspectImageAsync(image, Cancellation);
        await engine.RemoveImageAsync(pulled!.Id, Cancellation);
    }

    [Fact]
    public async Task What_the_registry_does_not_have_is_unavailable_in_the_engines_words()
    {
        await using var registry = await TestRegistry.StartAsync();

        var failure = await FailsAsync(EngineError.ImageUnavailable, () => PullAsync(Connect(2), $"{registry.Name}/team/absent:1", null));

        Assert.Contains("manifest unknown", failure.Message);
    }

    [Fact]
    public async Task A_registry_that_is_away_is_an_image_unavailable()
    {
        var failure = await FailsAsync(EngineError.ImageUnavailable, () => PullAsync(Connect(2), $"10.{TestHosts.Net}.0.1:9/team/app:1", null));

        Assert.Contains("connection refused", failure.Message);
    }

    [Fact]
    public async Task A_pull_without_a_word_for_too_long_is_given_up()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = await PushFreshAsync(registry, "team/slow:1");
        using var hold = registry.HoldBlobs();
        var engine = Connect(Hosts[2].TcpEndpoint, options: new DockerEngineOptions { PullSilence = TimeSpan.FromSeconds(1) });

        var failure = await FailsAsync(EngineError.Unreachable, () => PullAsync(engine, image, null));

        Assert.Contains("said nothing of the pull for 1 s", failure.Message);
        await engine.PingAsync(Cancellation);
    }

    private async Task PullAsync(IContainerEngine engine, string image, RegistryCredentials? credentials)
    {
        await foreach (var _ in engine.PullImageAsync(image, credentials, Cancellation))
        {
        }
    }

    /// <summary>Pushes an image whose one layer no host has.</summary>
    private async Task<string> PushFreshAsync(TestRegistry registry, string name)
    {
        var folder = Directory.CreateTempSubdirectory("portal-image");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "file"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(3_000_000), Cancellation);
            var tar = Path.Combine(folder.FullName, "image.tar");
            await CommandLine.RequireAsync("tar", ["-C", folder.FullName, "-cf", tar, "file"]);
            var id = await Hosts[1].DockerAsync("import", "--change", "CMD [\"/file\"]", tar);
            return await registry.PushAsync(Hosts[1], id, name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
