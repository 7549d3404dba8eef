using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Settings;

/// <summary>Tokens of the API: the list, the form of a new one, and its secret while it is shown.</summary>
public sealed class TokensModel(ITokenService service, ITeamService teams, Actor actor, TimeProvider time) : FormModel
{
    private static readonly TimeSpan ShortLife = TimeSpan.FromDays(7);

    /// <summary>Those that work first, the newest of them first.</summary>
    public ImmutableArray<TokenView> Tokens { get; private set; } = [];

    public ImmutableArray<TeamView> Teams { get; private set; } = [];

    /// <summary>The new token's secret, until the box is closed; it is nowhere else.</summary>
    public string? Secret { get; private set; }

    public string Name { get; set; } = "";

    /// <summary>Days it works; empty for ever.</summary>
    public string Days { get; set; } = "90";

    /// <summary>The only team it works in; empty for all of the actor's.</summary>
    public string Team { get; set; } = "";

    /// <summary>Its role there; empty for the actor's.</summary>
    public string Role { get; set; } = "";

    public async Task LoadAsync(CancellationToken cancellation)
    {
        Tokens = [.. (await service.ListAsync(actor, cancellation)).OrderBy(HasExpired).ThenByDescending(t => t.CreatedAt)];
        Teams = await teams.ListAsync(actor, cancellation);
    }

    public async Task<bool> CreateAsync(CancellationToken cancellation)
    {
        if (Refuse(FormFaults()))
        {
            return false;
        }

        var done = await TryAsync(async () => (Secret, _) = await service.CreateAsync(
            actor, Name.Trim(), Days.Length == 0 ? null : TimeSpan.FromDays(int.Parse(Days)), Team.Length == 0 ? null : Team,
            Team.Length == 0 || Role.Length == 0 ? null : Enum.Parse<TeamRole>(Role), cancellation));
        if (done)
        {
            (Name, Team, Role) = ("", "", "");
            await LoadAsync(cancellation);
        }

        return done;
    }

    public void HideSecret() => Secret = null;

    /// <summary>Whether a token has ended.</summary>
    public bool HasExpired(TokenView token) => token.ExpiresAt <= time.GetUtcNow();

    /// <summary>Until when a token works: a day, and the minute where it works for days only.</summary>
    public string Expiry(TokenView token) => token.ExpiresAt is not { } until ? "never"
        : HasExpired(token) ? $"{until.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
        : until - time.GetUtcNow() < ShortLife ? $"{until.UtcDateTime:yyyy-MM-dd HH:mm} UTC, in {Words.Span(until - time.GetUtcNow())}"
        : $"{until.UtcDateTime:yyyy-MM-dd}";

    public async Task RevokeAsync(TokenView token, CancellationToken cancellation)
    {
        await service.DeleteAsync(actor, token.Id, cancellation);
        await LoadAsync(cancellation);
    }

    private IEnumerable<Fault> FormFaults()
    {
        if (Name.Trim().Length == 0)
        {
            yield return new Fault("name", "Give it a name, to know it by later.");
        }

        if (Days.Length > 0 && (!int.TryParse(Days, out var days) || days is < 1 or > 3650))
        {
            yield return new Fault("expiresIn", "A number of days from 1 to 3650, or nothing for ever.");
        }
    }
}
