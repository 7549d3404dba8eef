using Portal.Components.Account;

namespace Portal.Tests.Web.Accounts;

public sealed class ReturnAddressTests
{
    [Theory]
    [InlineData("/apps?team=a", "/apps?team=a")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("/a\r\nb", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public void Only_our_own_pages_are_gone_back_to(string? wanted, string expected) => Assert.Equal(expected, ReturnAddress.Of(wanted));
}
