using Portal.Core.Domain;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>Users, their links, and tokens.</summary>
public sealed class PeopleTests(StoreFixture fixture)
{
    private const string Password = "a sentence of some length";

    [Fact]
    public async Task A_link_is_used_once_even_in_a_race()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var code = Code(await stage.Users.CreateLinkAsync(Actor.System, null, default));

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(async n =>
        {
            try
            {
                return (await stage.Users.UseLinkAsync(code, $"ada{n}@example.org", Password, default)).Email;
            }
            catch (RefusedException refused) when (refused.Kind == RefusalKind.NotFound)
            {
                return null;
            }
        }));

        var winner = Assert.Single(results, r => r is not null);
        var user = Assert.Single(await stage.Users.ListAsync(Admin, default));
        Assert.Equal((winner, true, true), (user.Email, user.IsAdministrator, user.HasPassword));
        Assert.Null(await stage.Users.FindLinkAsync(code, default));
    }

    [Fact]
    public async Task A_link_works_for_a_day()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (user, link) = await stage.Users.CreateAsync(Admin, "ada@example.org", false, default);
        Assert.Equal("ada@example.org", (await stage.Users.FindLinkAsync(Code(link), default))!.Email);

        stage.Clock.Ahead = TimeSpan.FromHours(25);

        Assert.Null(await stage.Users.FindLinkAsync(Code(link), default));
        await RefusedAsync(RefusalKind.NotFound, () => stage.Users.UseLinkAsync(Code(link), null, Password, default));
        var renewed = await stage.Users.CreateLinkAsync(Admin, user.Id, default);
        Assert.True((await stage.Users.UseLinkAsync(Code(renewed), null, Password, default)).HasPassword);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("ada@example.org")]
    [InlineData("password1234")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    public async Task A_weak_password_leaves_the_link_unused(string password)
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (_, link) = await stage.Users.CreateAsync(Admin, "ada@example.org", false, default);

        var refused = await RefusedAsync(RefusalKind.Invalid, () => stage.Users.UseLinkAsync(Code(link), null, password, default));

        Assert.Contains(refused.Faults, f => f.Path == "password");
        Assert.NotNull(await stage.Users.FindLinkAsync(Code(link), default));
    }

    [Fact]
    public async Task The_last_administrator_who_can_sign_in_stays()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var first = await AdministratorAsync(stage, "ada@example.org");
        await stage.Users.CreateAsync(Admin, "bob@example.org", administrator: true, default);
        await RefusedAsync(RefusalKind.Conflict, () => stage.Users.DeleteAsync(Admin, first, default));

        var second = await AdministratorAsync(stage, "cleo@example.org");
        await Task.WhenAll(TryAsync(first), TryAsync(second));

        Assert.Single(await stage.Users.ListAsync(Admin, default), u => u is { IsAdministrator: true, HasPassword: true });

        async Task TryAsync(Guid id)
        {
            try
            {
                await stage.Users.DeleteAsync(Admin, id, default);
            }
            catch (RefusedException refused) when (refused.Kind == RefusalKind.Conflict)
            {
                // The other one was removed first.
            }
        }
    }

    [Fact]
    public async Task Two_users_cannot_have_one_address()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Users.CreateAsync(Admin, "ada@example.org", false, default);

        await RefusedAsync(RefusalKind.Conflict, () => stage.Users.CreateAsync(Admin, "Ada@Example.org", false, default));
    }

    [Fact]
    public async Task A_token_ends_with_its_time_and_with_its_revocation()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var ada = await stage.UserAsync("ada@example.org", "default");
        var (brief, _) = await stage.Tokens.CreateAsync(ada, "brief", TimeSpan.FromHours(1), null, null, default);
        var (lasting, token) = await stage.Tokens.CreateAsync(ada, "lasting", null, null, null, default);
        Assert.Matches(@"\Aptl_[A-Za-z0-9_-]{43}\z", brief);
        Assert.NotNull(await stage.Tokens.AuthenticateAsync(brief, null, default));
        Assert.NotNull(await stage.Tokens.AuthenticateAsync(lasting, null, default));

        stage.Clock.Ahead = TimeSpan.FromMinutes(61);
        await stage.Tokens.DeleteAsync(ada, token.Id, default);

        Assert.Null(await stage.Tokens.AuthenticateAsync(brief, null, default));
        Assert.Null(await stage.Tokens.AuthenticateAsync(lasting, null, default));
        Assert.Null(await stage.Tokens.AuthenticateAsync("ptl_nonsense", null, default));
    }

    [Fact]
    public async Task A_token_never_does_more_than_its_owner_does_now()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var team = (await stage.Teams.ListAsync(Admin, default)).Single().Id;
        var ada = await stage.UserAsync("ada@example.org", "default", TeamRole.TeamAdmin);
        var (secret, _) = await stage.Tokens.CreateAsync(ada, "ci", null, "default", TeamRole.Deployer, default);
        Assert.Equal(TeamRole.Deployer, (await stage.Tokens.AuthenticateAsync(secret, "192.0.2.7", default))!.Roles[team]);

        await stage.Teams.PutMemberAsync(Admin, "default", "ada@example.org", TeamRole.Viewer, default);
        Assert.Equal(TeamRole.Viewer, (await stage.Tokens.AuthenticateAsync(secret, null, default))!.Roles[team]);

        await stage.Teams.DeleteMemberAsync(Admin, "default", "ada@example.org", default);
        Assert.Empty((await stage.Tokens.AuthenticateAsync(secret, null, default))!.Roles);

        await stage.Users.DeleteAsync(Admin, ada.UserId!.Value, default);
        Assert.Null(await stage.Tokens.AuthenticateAsync(secret, null, default));
    }

    [Fact]
    public async Task A_bound_token_cannot_make_an_unbound_one()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var ada = await stage.UserAsync("ada@example.org", administrator: true);
        var (secret, _) = await stage.Tokens.CreateAsync(ada, "ci", null, "default", TeamRole.Deployer, default);
        var bearer = (await stage.Tokens.AuthenticateAsync(secret, null, default))!;

        Assert.False(bearer.IsAdministrator);
        await RefusedAsync(RefusalKind.Forbidden, () => stage.Tokens.CreateAsync(bearer, "more", null, null, null, default));
        await RefusedAsync(RefusalKind.Forbidden, () => stage.Tokens.CreateAsync(bearer, "more", null, "default", TeamRole.TeamAdmin, default));
    }

    [Fact]
    public async Task A_token_made_by_a_token_ends_with_it()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var ada = await stage.UserAsync("ada@example.org", "default");
        var (secret, maker) = await stage.Tokens.CreateAsync(ada, "ci", TimeSpan.FromHours(2), null, null, default);
        var bearer = (await stage.Tokens.AuthenticateAsync(secret, null, default))!;

        var (childSecret, child) = await stage.Tokens.CreateAsync(bearer, "child", null, null, null, default);
        var (_, brief) = await stage.Tokens.CreateAsync(bearer, "brief", TimeSpan.FromHours(1), null, null, default);
        var refused = await RefusedAsync(RefusalKind.Unprocessable, () => stage.Tokens.CreateAsync(bearer, "late", TimeSpan.FromHours(3), null, null, default));
        var grandchildBearer = (await stage.Tokens.AuthenticateAsync(childSecret, null, default))!;
        var (grandchildSecret, grandchild) = await stage.Tokens.CreateAsync(grandchildBearer, "grandchild", null, null, null, default);

        Assert.Equal(maker.ExpiresAt, child.ExpiresAt);
        Assert.Equal(maker.ExpiresAt, grandchild.ExpiresAt);
        Assert.True(brief.ExpiresAt < maker.ExpiresAt);
        Assert.Contains("cannot outlive", refused.Message, StringComparison.Ordinal);
        Assert.Equal("expiresIn", Assert.Single(refused.Faults).Path);

        await stage.Tokens.DeleteAsync(ada, maker.Id, default);

        Assert.Null(await stage.Tokens.AuthenticateAsync(childSecret, null, default));
        Assert.Null(await stage.Tokens.AuthenticateAsync(grandchildSecret, null, default));
        await RefusedAsync(RefusalKind.Unauthenticated, () => stage.Tokens.CreateAsync(bearer, "after", null, null, null, default));
    }

    [Fact]
    public async Task The_first_team_stays()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);

        await RefusedAsync(RefusalKind.Unprocessable, () => stage.Teams.DeleteAsync(Admin, "default", default));
    }

    [Fact]
    public async Task The_bootstrap_token_is_made_once()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);

        var secrets = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.Tokens.CreateBootstrapAsync(default)));

        var secret = Assert.Single(secrets, s => s is not null);
        Assert.True((await stage.Tokens.AuthenticateAsync(secret!, null, default))!.IsAdministrator);
        Assert.Null(await stage.Tokens.CreateBootstrapAsync(default));
    }

    private static async Task<Guid> AdministratorAsync(ServiceStage stage, string email)
    {
        var (user, link) = await stage.Users.CreateAsync(Admin, email, administrator: true, default);
        await stage.Users.UseLinkAsync(Code(link), null, Password, default);
        return user.Id;
    }

    private static string Code(string link) => link["/setup/".Length..];
}
