using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain;

public sealed class TextFormsTests
{
    [Theory]
    [InlineData("500ms", 500, "500ms")]
    [InlineData("10s", 10_000, "10s")]
    [InlineData("5m", 300_000, "5m")]
    [InlineData("1h", 3_600_000, "1h")]
    [InlineData("0s", 0, "0s")]
    [InlineData("0ms", 0, "0s")]
    [InlineData("90s", 90_000, "90s")]
    [InlineData("60s", 60_000, "1m")]
    [InlineData("1000ms", 1_000, "1s")]
    [InlineData("1500ms", 1_500, "1500ms")]
    public void ReadsAndWritesDurations(string text, int milliseconds, string shortest)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
        Assert.Equal(shortest, DurationText.Format(duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1.5s")]
    [InlineData("1 s")]
    [InlineData(" 1s")]
    [InlineData("1S")]
    [InlineData("1m30s")]
    [InlineData("1d")]
    [InlineData("1us")]
    [InlineData("1e3s")]
    [InlineData("٣s")]
    [InlineData("999999999999999h")]
    [InlineData("99999999999999999999999s")]
    public void RefusesOtherDurations(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("0", 0L, "0")]
    [InlineData("1000", 1000L, "1000")]
    [InlineData("512K", 512L << 10, "512K")]
    [InlineData("64M", 64L << 20, "64M")]
    [InlineData("64m", 64L << 20, "64M")]
    [InlineData("1G", 1L << 30, "1G")]
    [InlineData("1024M", 1L << 30, "1G")]
    [InlineData("1T", 1L << 40, "1T")]
    [InlineData("2048T", -1L, "")]
    public void ReadsAndWritesMemory(string text, long bytes, string shortest)
    {
        Assert.Equal(bytes >= 0, MemoryText.TryParse(text, out var read));
        if (bytes >= 0)
        {
            Assert.Equal(bytes, read);
            Assert.Equal(shortest, MemoryText.Format(read));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("1.5G")]
    [InlineData("1 G")]
    [InlineData("64MB")]
    [InlineData("64Mi")]
    [InlineData("1P")]
    [InlineData("9223372036854775807G")]
    [InlineData("٣M")]
    public void RefusesOtherMemory(string text) => Assert.False(MemoryText.TryParse(text, out _));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-1", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a.b", false)]
    [InlineData("a_b", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void KnowsDnsLabels(string text, bool isLabel) => Assert.Equal(isLabel, NameRules.IsDnsLabel(text));

    [Theory]
    [InlineData("nginx", "docker.io", "library/nginx", null, "nginx", "docker.io/library/nginx:latest")]
    [InlineData("nginx:1.27", "docker.io", "library/nginx", "1.27", "nginx:1.27", "docker.io/library/nginx:1.27")]
    [InlineData("library/nginx", "docker.io", "library/nginx", null, "nginx", "docker.io/library/nginx:latest")]
    [InlineData("docker.io/nginx", "docker.io", "library/nginx", null, "nginx", "docker.io/library/nginx:latest")]
    [InlineData("index.docker.io/team/app", "docker.io", "team/app", null, "team/app", "docker.io/team/app:latest")]
    [InlineData("test/busybox:1", "docker.io", "test/busybox", "1", "test/busybox:1", "docker.io/test/busybox:1")]
    [InlineData("localhost/a", "localhost", "a", null, "localhost/a", "localhost/a:latest")]
    [InlineData("10.77.0.1:5000/a/b:v", "10.77.0.1:5000", "a/b", "v", "10.77.0.1:5000/a/b:v", "10.77.0.1:5000/a/b:v")]
    [InlineData("Registry/a", "Registry", "a", null, "Registry/a", "Registry/a:latest")]
    [InlineData("r.example.com/a__b/c-d.e", "r.example.com", "a__b/c-d.e", null, "r.example.com/a__b/c-d.e", "r.example.com/a__b/c-d.e:latest")]
    public void ReadsImages(string text, string registry, string repository, string? tag, string familiar, string canonical)
    {
        Assert.True(ImageReference.TryParse(text, out var image, out var message), message);
        Assert.Equal((registry, repository, tag, familiar, canonical), (image.Registry, image.Repository, image.Tag, image.Familiar, image.Canonical));
    }

    [Fact]
    public void ReadsDigests()
    {
        var digest = "sha256:" + new string('a', 64);
        Assert.True(ImageReference.TryParse("nginx:1@" + digest, out var both, out _));
        Assert.Equal(("1", digest, "nginx:1@" + digest), (both.Tag, both.Digest, both.Familiar));
        Assert.True(ImageReference.TryParse("nginx@" + digest, out var only, out _));
        Assert.Null(only.EffectiveTag);
        Assert.Equal("docker.io/library/nginx@" + digest, only.Canonical);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Nginx")]
    [InlineData("nginx:")]
    [InlineData(":1")]
    [InlineData("nginx:1:2")]
    [InlineData("nginx@sha256:abc")]
    [InlineData("nginx@")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("https://r.example.com/a")]
    [InlineData("nginx:-1")]
    [InlineData("../a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void RefusesOtherImages(string text)
    {
        Assert.False(ImageReference.TryParse(text, out _, out var message));
        Assert.StartsWith("must ", message, StringComparison.Ordinal);
    }
}
