using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Tests.Web.Fakes;

/// <summary>Answers as told, and keeps what was asked.</summary>
public sealed class FakeHealthTrial : IHealthTrial
{
    public List<string> Calls { get; } = [];

    public HealthSpec? Policy { get; private set; }

    public InstanceId? Instance { get; private set; }

    public HealthTry Answer { get; set; } = new(new InstanceId(Given.IdOf("instance")), 2, "a", "a.example.org:32769", true, TimeSpan.FromMilliseconds(11.2), "GET http://a.example.org:32769/up answered 200");

    public RefusedException? Refuse { get; set; }

    public Task<HealthTry> TryAsync(Actor actor, string team, string app, HealthSpec? policy, InstanceId? instance, CancellationToken cancellation)
    {
        (Policy, Instance) = (policy, instance);
        Calls.Add($"{team}/{app}");
        return Refuse is null ? Task.FromResult(Answer) : Task.FromException<HealthTry>(Refuse);
    }
}
