using Portal.Core.State.Embedded;

namespace Portal.Tests.Store.Embedded;

public sealed class PostgresBinariesTests
{
    private static readonly PostgresBinaries[] Found = [new("/old", 12), new("/a", 14), new("/c", 16), new("/b", 15)];

    [Theory]
    [InlineData(null, "/c")]
    [InlineData(15, "/b")]
    [InlineData(12, "/old")]
    public void The_cluster_says_which_version_serves_it(int? clusterMajor, string folder) =>
        Assert.Equal(folder, PostgresBinaries.Choose(clusterMajor, Found).Folder);

    [Fact]
    public void A_missing_version_is_named_with_the_package_to_install()
    {
        var refused = Assert.Throws<EmbeddedPostgresException>(() => PostgresBinaries.Choose(17, Found));

        Assert.Contains("made by PostgreSQL 17", refused.Message, StringComparison.Ordinal);
        Assert.Contains("found: 12, 14, 15, 16", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Install postgresql-17.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_cluster_is_not_made_by_a_version_too_old() =>
        Assert.Throws<EmbeddedPostgresException>(() => PostgresBinaries.Choose(null, Found[..1]));

    [Fact]
    public void This_machine_has_some() => Assert.NotEmpty(PostgresBinaries.FindAll());
}
