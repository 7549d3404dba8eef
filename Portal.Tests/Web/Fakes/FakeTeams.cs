using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Teams in memory; <c>default</c> exists from the start.</summary>
public sealed class FakeTeams(FakeUsers users, TimeProvider time) : ITeamService
{
    public List<TeamView> Teams { get; } = [new(new TeamId(Guid.NewGuid()), "default", "Default", new Quota(), 3, 0)];

    public Dictionary<string, List<MemberView>> Members { get; } = [];

    public Dictionary<string, List<RegistryView>> Registries { get; } = [];

    public Task<ImmutableArray<TeamView>> ListAsync(Actor actor, CancellationToken cancellation) => Task.FromResult(Teams.ToImmutableArray());

    public Task<(TeamView Team, bool Created)> PutAsync(Actor actor, string name, string? displayName, Quota quota, CancellationToken cancellation)
    {
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            throw new RefusedException(RefusalKind.Invalid, "The team cannot be stored.", new Fault("name", "Must be a DNS label: a-z, 0-9 and -."));
        }

        var at = Teams.FindIndex(t => t.Name == name);
        var team = new TeamView(at < 0 ? new TeamId(Guid.NewGuid()) : Teams[at].Id, name, displayName ?? name, quota, 0, 0);
        if (at < 0)
        {
            Teams.Add(team);
        }
        else
        {
            Teams[at] = team;
        }

        return Task.FromResult((team, at < 0));
    }

    public Task DeleteAsync(Actor actor, string name, CancellationToken cancellation)
    {
        if (name == "default")
        {
            throw new RefusedException(RefusalKind.Conflict, "The team default has 3 apps; delete them first.");
        }

        Teams.RemoveAll(t => t.Name == name);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<MemberView>> ListMembersAsync(Actor actor, string team, CancellationToken cancellation) =>
        Task.FromResult(Of(Members, team).ToImmutableArray());

    public Task<(MemberView Member, bool Created)> PutMemberAsync(Actor actor, string team, string user, TeamRole role, CancellationToken cancellation)
    {
        var known = users.Users.Find(u => u.Email == user || u.Id.ToString() == user)
            ?? throw new RefusedException(RefusalKind.Unprocessable, "There is no such user.", new Fault("user", $"Nobody is called {user}."));
        var member = new MemberView(known.Id, known.Email, role);
        var created = Of(Members, team).RemoveAll(m => m.UserId == known.Id) == 0;
        Of(Members, team).Add(member);
        return Task.FromResult((member, created));
    }

    public Task DeleteMemberAsync(Actor actor, string team, string user, CancellationToken cancellation)
    {
        Of(Members, team).RemoveAll(m => m.UserId.ToString() == user || m.Email == user);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<RegistryView>> ListRegistriesAsync(Actor actor, string team, CancellationToken cancellation) =>
        Task.FromResult(Of(Registries, team).ToImmutableArray());

    public Task<(RegistryView Registry, bool Created)> PutRegistryAsync(Actor actor, string team, string host, string username, string password, CancellationToken cancellation)
    {
        var created = Of(Registries, team).RemoveAll(r => r.Host == host) == 0;
        var registry = new RegistryView(host, username, time.GetUtcNow());
        Of(Registries, team).Add(registry);
        return Task.FromResult((registry, created));
    }

    public Task DeleteRegistryAsync(Actor actor, string team, string host, CancellationToken cancellation)
    {
        Of(Registries, team).RemoveAll(r => r.Host == host);
        return Task.CompletedTask;
    }

    private static List<T> Of<T>(Dictionary<string, List<T>> all, string team) =>
        all.TryGetValue(team, out var list) ? list : all[team] = [];
}
