using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Api;

/// <summary>Tokens whose secrets the test names.</summary>
internal sealed class ApiTokens(TimeProvider time) : ITokenService
{
    public Dictionary<string, Actor> Bearers { get; } = [];

    public List<TokenView> Tokens { get; } = [];

    public int Tries { get; private set; }

    /// <summary>Thrown by every call while set.</summary>
    public Exception? Trouble { get; set; }

    public Task<ImmutableArray<TokenView>> ListAsync(Actor actor, CancellationToken cancellation) => Task.FromResult(Tokens.ToImmutableArray());

    public Task<(string Secret, TokenView Token)> CreateAsync(Actor actor, string name, TimeSpan? expiresIn, string? team, TeamRole? role, CancellationToken cancellation)
    {
        var token = new TokenView(Guid.NewGuid(), name, actor.Name, team, role, false, time.GetUtcNow(), time.GetUtcNow() + expiresIn, null);
        Tokens.Add(token);
        return Task.FromResult(("secret-of-" + name, token));
    }

    public Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation) =>
        Tokens.RemoveAll(t => t.Id == id) == 1 ? Task.CompletedTask : throw RefusedException.NotFound("such token");

    public Task<Actor?> AuthenticateAsync(string secret, string? remoteAddress, CancellationToken cancellation)
    {
        Tries++;
        return Trouble is null ? Task.FromResult(Bearers.GetValueOrDefault(secret)) : Task.FromException<Actor?>(Trouble);
    }

    public Task<string?> CreateBootstrapAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);
}
