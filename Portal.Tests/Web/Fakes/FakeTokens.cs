using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Tokens in memory.</summary>
public sealed class FakeTokens(TimeProvider time) : ITokenService
{
    public List<TokenView> Tokens { get; } = [];

    public Task<ImmutableArray<TokenView>> ListAsync(Actor actor, CancellationToken cancellation) => Task.FromResult(Tokens.ToImmutableArray());

    public Task<(string Secret, TokenView Token)> CreateAsync(Actor actor, string name, TimeSpan? expiresIn, string? team, TeamRole? role, CancellationToken cancellation)
    {
        if (name.Length == 0)
        {
            throw new RefusedException(RefusalKind.Invalid, "The token cannot be made.", new Fault("name", "A name is needed."));
        }

        var token = new TokenView(Guid.NewGuid(), name, actor.Name, team, role, false, time.GetUtcNow(), time.GetUtcNow() + expiresIn, null);
        Tokens.Add(token);
        return Task.FromResult(($"prt_{Guid.NewGuid():N}", token));
    }

    public Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        Tokens.RemoveAll(t => t.Id == id);
        return Task.CompletedTask;
    }

    public Task<Actor?> AuthenticateAsync(string secret, string? remoteAddress, CancellationToken cancellation) => Task.FromResult<Actor?>(null);

    public Task<string?> CreateBootstrapAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);
}
