using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Users in memory: the first is the administrator of the tests.</summary>
public sealed class FakeUsers(TimeProvider time) : IUserService
{
    private readonly Dictionary<string, (Guid? User, DateTimeOffset ExpiresAt)> _links = [];
    private readonly Dictionary<Guid, string> _passwords = [];

    public static readonly Guid AdministratorId = new("10000000-0000-0000-0000-000000000001");

    public static readonly Actor Administrator = new() { UserId = AdministratorId, Name = "ada@example.org", IsAdministrator = true };

    public List<UserView> Users { get; } = [new(AdministratorId, "ada@example.org", true, true, DateTimeOffset.UnixEpoch)];

    /// <summary>Thrown by every call while set, as when the store is away.</summary>
    public Exception? Trouble { get; set; }

    public Task<ImmutableArray<UserView>> ListAsync(Actor actor, CancellationToken cancellation) => Run(() => Users.ToImmutableArray());

    public Task<(UserView User, string Link)> CreateAsync(Actor actor, string email, bool administrator, CancellationToken cancellation) => Run(() =>
    {
        if (!email.Contains('@'))
        {
            throw new RefusedException(RefusalKind.Invalid, "The user cannot be made.", new Fault("email", "Not an e-mail address."));
        }

        var user = new UserView(Guid.NewGuid(), email, administrator, false, time.GetUtcNow());
        Users.Add(user);
        return (user, Link(user.Id));
    });

    public Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation) => Run(() => Users.RemoveAll(u => u.Id == id));

    public Task<string> CreateLinkAsync(Actor actor, Guid? user, CancellationToken cancellation) => Run(() => Link(user));

    public Task<SetupLink?> FindLinkAsync(string code, CancellationToken cancellation) => Run(() =>
        _links.TryGetValue(code, out var link) ? new SetupLink(Users.Find(u => u.Id == link.User)?.Email, link.ExpiresAt) : null);

    public Task<UserView> UseLinkAsync(string code, string? email, string password, CancellationToken cancellation) => Run(() =>
    {
        if (!_links.TryGetValue(code, out var link))
        {
            throw RefusedException.NotFound("such link");
        }

        if (password.Length < 12)
        {
            throw new RefusedException(RefusalKind.Invalid, "The password is too weak.", new Fault("password", "At least 12 characters are needed."));
        }

        _links.Remove(code);
        var user = Users.Find(u => u.Id == link.User) ?? new UserView(Guid.NewGuid(), email!, true, true, time.GetUtcNow());
        if (!Users.Contains(user))
        {
            Users.Add(user);
        }

        _passwords[user.Id] = password;
        return user;
    });

    public Task<Actor?> GetActorAsync(Guid user, string? remoteAddress, CancellationToken cancellation) => Run(() =>
        Users.Find(u => u.Id == user) is { } known ? new Actor { UserId = user, Name = known.Email, IsAdministrator = known.IsAdministrator } : null);

    public void SetPassword(Guid user, string password) => _passwords[user] = password;

    public bool Accepts(string email, string password, out Guid id)
    {
        var user = Users.Find(u => u.Email == email);
        id = user?.Id ?? Guid.Empty;
        return user is not null && _passwords.TryGetValue(user.Id, out var right) && right == password;
    }

    private string Link(Guid? user)
    {
        var code = Guid.NewGuid().ToString("N");
        _links[code] = (user, time.GetUtcNow().AddDays(1));
        return $"/setup/{code}";
    }

    private Task<T> Run<T>(Func<T> call) => Trouble is null ? Try(call) : Task.FromException<T>(Trouble);

    private static Task<T> Try<T>(Func<T> call)
    {
        try
        {
            return Task.FromResult(call());
        }
        catch (RefusedException e)
        {
            return Task.FromException<T>(e);
        }
    }
}
