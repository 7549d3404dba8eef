using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Api;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class AccessTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Bearer")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("admin-secret")]
    public async Task NeedsAValidToken(string? header)
    {
        await using var host = await ApiHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        var answer = (await host.GetAsync("/me", header is null ? [] : [("Authorization", header)])).IsProblem(401);
        Assert.Equal("Bearer", answer.Challenge);
    }

    [Fact]
    public async Task TellsWhoAsks()
    {
        await using var host = await ApiHost.StartAsync();
        var me = (await host.GetAsync("/me")).Is(200).Json;
        Assert.Equal("admin@example.org", me.GetProperty("name").GetString());
        Assert.True(me.GetProperty("administrator").GetBoolean());
        Assert.Equal("default", me.GetProperty("teams")[0].GetProperty("name").GetString());
        Assert.False((await host.GetAsync("/me", ("Authorization", "bearer " + ApiHost.ViewerToken))).Is(200).Json.GetProperty("administrator").GetBoolean());
    }

    [Theory]
    [InlineData("X-Requested-With", "portal", 200)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "cross-site", 401)]
    [InlineData("Origin", "https://elsewhere.example", 401)]
    public async Task TakesTheSignedInBrowserOnlyFromOwnPages(string header, string value, int status)
    {
        await using var host = await ApiHost.StartAsync(configure: services => services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, SignedIn>(IdentityConstants.ApplicationScheme, _ => { }));
        host.Client.DefaultRequestHeaders.Authorization = null;
        (await host.GetAsync("/me", (header, value))).Is(status);
        (await host.GetAsync("/me", ("X-Requested-With", "portal"), ("Authorization", "Bearer wrong"))).IsProblem(401);
    }

    [Fact]
    public async Task StopsLookingUpTokensOfAnAddressThatGuesses()
    {
        await using var host = await ApiHost.StartAsync(new ApiLimits { TokenFailuresPerMinute = 3 });
        (await host.GetAsync("/me")).Is(200);
        for (var i = 0; i < 3; i++)
        {
            (await host.GetAsync("/me", ("Authorization", $"Bearer guess{i}"))).IsProblem(401);
        }
        var tries = host.Tokens.Tries;
        Assert.InRange((await host.GetAsync("/me", ("Authorization", "Bearer guess4"))).IsProblem(429).RetryAfter!.Value, 1, 20);
        (await host.GetAsync("/me", ("Authorization", "Bearer " + ApiHost.ViewerToken))).IsProblem(429);
        Assert.Equal(tries, host.Tokens.Tries);
        (await host.GetAsync("/me")).Is(200);
    }

    [Fact]
    public async Task HoldsTheMakingOfTokensToItsRate()
    {
        await using var host = await ApiHost.StartAsync(new ApiLimits { NewTokensPerMinute = 2 });
        (await host.PostAsync("/tokens", """{"name":"a"}""")).Is(201);
        (await host.PostAsync("/tokens", """{"name":"b"}""")).Is(201);
        Assert.InRange((await host.PostAsync("/tokens", """{"name":"c"}""")).IsProblem(429).RetryAfter!.Value, 1, 30);
        (await host.GetAsync("/tokens")).Is(200);
        Assert.Equal(2, host.Tokens.Tokens.Count);
    }

    [Fact]
    public async Task HoldsATokenToItsRate()
    {
        await using var host = await ApiHost.StartAsync(new ApiLimits { RequestBurst = 2, RequestsPerSecond = 1 });
        (await host.GetAsync("/me")).Is(200);
        (await host.GetAsync("/me")).Is(200);
        Assert.Equal(1, (await host.GetAsync("/me")).IsProblem(429).RetryAfter);
        (await host.GetAsync("/me", ("Authorization", "Bearer " + ApiHost.ViewerToken))).Is(200);
    }

    private sealed class SignedIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, FakeUsers.AdministratorId.ToString())], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
