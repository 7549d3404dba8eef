using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain;

public sealed class StatusRangesTests
{
    [Theory]
    [InlineData("200", "200")]
    [InlineData(" 200 - 204 , 404", "200-204,404")]
    [InlineData("404,200-299,300-399", "200-399,404")]
    [InlineData("200-300,250-260", "200-300")]
    [InlineData("100-599", "100-599")]
    public void Has_one_form_for_the_same(string written, string normal)
    {
        Assert.True(StatusRanges.TryParse(written, out var ranges));
        Assert.Equal(normal, ranges.ToString());
        Assert.True(StatusRanges.TryParse(normal, out var again));
        Assert.Equal(ranges, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("200,")]
    [InlineData("99")]
    [InlineData("600")]
    [InlineData("300-200")]
    [InlineData("200-204-206")]
    [InlineData("+200")]
    [InlineData("2xx")]
    public void Refuses_what_is_none(string text) => Assert.False(StatusRanges.TryParse(text, out _));

    [Fact]
    public void Knows_what_it_holds()
    {
        Assert.True(StatusRanges.TryParse("200-299,404", out var ranges));
        Assert.Equal([200, 299, 404], new[] { 199, 200, 299, 300, 403, 404, 405 }.Where(ranges.Contains));
    }
}
