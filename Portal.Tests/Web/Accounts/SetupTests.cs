using System.Net;
using Portal.Core.Domain;

namespace Portal.Tests.Web.Accounts;

/// <summary>The page of a one-time link.</summary>
public sealed class SetupTests
{
    [Fact]
    public async Task Everything_wrong_with_two_passwords_is_told_at_once()
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();
        var link = await site.Users.CreateLinkAsync(Actor.System, null, default);

        using var answer = await FakeSite.PostFormAsync(client, link, ("Form.Email", "ada@example.org"), ("Form.Password", "shoRt9"), ("Form.Repeated", "other"));
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Contains("Must have 12 to 256 characters", html, StringComparison.Ordinal);
        Assert.Contains("The two passwords differ.", html, StringComparison.Ordinal);
    }
}
