using Portal.Components.Pages.Settings;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Settings;

public sealed class TokensModelTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_ended_comes_last_and_short_lives_are_told_to_the_minute()
    {
        var now = _clock.GetUtcNow();
        TokenView Token(string name, TimeSpan made, TimeSpan? ends) => new(Given.IdOf(name), name, "admin", null, null, false, now - made, now + ends, null);
        var tokens = new FakeTokens(_clock);
        tokens.Tokens.AddRange([
            Token("ended", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(-5)),
            Token("short", TimeSpan.FromMinutes(2), TimeSpan.FromHours(3)),
            Token("long", TimeSpan.FromMinutes(3), TimeSpan.FromDays(90)),
            Token("ever", TimeSpan.FromMinutes(4), null)]);
        var model = new TokensModel(tokens, new FakeTeams(new FakeUsers(_clock), _clock), Given.Admin, _clock);
        await model.LoadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["short", "long", "ever", "ended"], model.Tokens.Select(t => t.Name));
        Assert.Equal([false, false, false, true], model.Tokens.Select(model.HasExpired));
        Assert.Equal(
            [$"{now.AddHours(3).UtcDateTime:yyyy-MM-dd HH:mm} UTC, in 3 h", $"{now.AddDays(90).UtcDateTime:yyyy-MM-dd}", "never", $"{now.AddSeconds(-5).UtcDateTime:yyyy-MM-dd HH:mm} UTC"],
            model.Tokens.Select(model.Expiry));
    }
}
