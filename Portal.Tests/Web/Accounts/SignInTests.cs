using System.Net;
using Npgsql;
using Portal.Accounts;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Accounts;

/// <summary>Signing in and out, and what happens without, over HTTP.</summary>
public sealed class SignInTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/apps?status=failed")]
    [InlineData("/settings")]
    public async Task Pages_send_strangers_to_sign_in_and_back(string page)
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();
        using var away = await client.GetAsync(page);
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        Assert.Equal($"/sign-in?returnUrl={Uri.EscapeDataString(page)}", away.Headers.Location!.PathAndQuery);

        using var back = await EnterAsync(client, away.Headers.Location.PathAndQuery);
        Assert.Equal(page, back.Headers.Location!.PathAndQuery);
        using var shown = await client.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/v1/apps")]
    [InlineData("/nothing")]
    public async Task A_program_at_an_unknown_address_gets_no_page(string path)
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();

        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentType);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_too_many_tries_are_not_even_looked_at()
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();
        for (var i = 0; i < SignInLimiter.TriesPerAccount; i++)
        {
            using var wrong = await EnterAsync(client, password: "wrong");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var limited = await EnterAsync(client);
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.NotNull(limited.Headers.RetryAfter);
        using var another = await EnterAsync(client, email: "other@example.org");
        Assert.Equal(HttpStatusCode.Unauthorized, another.StatusCode);
    }

    [Fact]
    public async Task A_form_from_elsewhere_is_refused()
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "sign-in"), KeyValuePair.Create("Form.Email", FakeSite.Email), KeyValuePair.Create("Form.Password", FakeSite.Password)]);
        using var answer = await client.PostAsync("/sign-in", form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var signOut = await client.PostAsync("/sign-out", null);
        Assert.Equal(HttpStatusCode.BadRequest, signOut.StatusCode);
    }

    [Fact]
    public async Task While_the_store_is_away_signing_in_says_so()
    {
        await using var site = await FakeSite.StartAsync();
        site.Users.Trouble = new NpgsqlException("away");
        using var client = site.Client();
        using var answer = await EnterAsync(client);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("The store does not answer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_makes_the_first_account_once_and_signs_it_in()
    {
        await using var site = await FakeSite.StartAsync();
        var link = await site.Users.CreateLinkAsync(Actor.System, null, default);
        using var client = site.Client();

        using var weak = await FakeSite.PostFormAsync(client, link, ("Form.Email", "new@example.org"), ("Form.Password", "short"), ("Form.Repeated", "short"));
        Assert.Contains("At least 12 characters are needed.", await weak.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var different = await FakeSite.PostFormAsync(client, link, ("Form.Email", "new@example.org"), ("Form.Password", FakeSite.Password), ("Form.Repeated", "other"));
        Assert.Contains("differ", await different.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var made = await FakeSite.PostFormAsync(client, link, ("Form.Email", "new@example.org"), ("Form.Password", FakeSite.Password), ("Form.Repeated", FakeSite.Password));
        Assert.Equal((HttpStatusCode.Redirect, "/"), (made.StatusCode, made.Headers.Location!.PathAndQuery));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Assert.Contains("This link does not work", await site.Client().GetStringAsync(link), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();
        using var _ = await EnterAsync(client);
        var page = await client.GetStringAsync("/settings");
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var left = await client.PostAsync("/sign-out", form);
        Assert.Equal("/sign-in", left.Headers.Location!.OriginalString);
        using var away = await client.GetAsync("/settings");
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
    }

    [Fact]
    public async Task Scripts_and_styles_are_served_to_anyone_and_nothing_may_frame_a_page()
    {
        await using var site = await FakeSite.StartAsync();
        using var client = site.Client();
        foreach (var path in new[] { "/_framework/blazor.web.js", "/css/portal.css", "/js/portal.js", "/js/editor.js", "/icons.svg", "/favicon.svg" })
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        }

        using var page = await client.GetAsync("/sign-in");
        Assert.Contains("frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> EnterAsync(HttpClient client, string page = "/sign-in", string email = FakeSite.Email, string password = FakeSite.Password) =>
        FakeSite.PostFormAsync(client, page, ("Form.Email", email), ("Form.Password", password));
}
