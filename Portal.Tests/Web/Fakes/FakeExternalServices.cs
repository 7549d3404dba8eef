using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Registered services in memory, in the live snapshot at once.</summary>
public sealed class FakeExternalServices(FakeLiveState live) : IExternalServices
{
    public List<string> Calls { get; } = [];

    public Task<ServiceView> GetAsync(Actor actor, string team, string name, CancellationToken cancellation) => Task.FromResult(Find(team, name));

    public Task<(ServiceView Service, bool Created)> PutAsync(Actor actor, string team, string name, ServiceRequest request, CancellationToken cancellation)
    {
        ServiceRules.Check(actor, name, request);
        Calls.Add($"put {team}/{name}");
        var view = new ServiceView
        {
            Name = name, Team = team, TeamId = Given.Team(team), Protocol = request.Protocol,
            Registration = new RegistrationView { Ttl = request.Ttl, Grace = request.Grace ?? ServiceRules.DefaultGrace, Probe = request.Probe, HeartbeatAt = Given.Now, HeartbeatBy = actor.Name, ChangedAt = Given.Now, ChangedBy = actor.Name },
            Endpoints = [.. request.Endpoints.Select(e => new EndpointView { Address = e.Address, Port = e.Port, Version = e.Version, Weight = e.Weight, Protocol = request.Protocol, Health = Health.Healthy, Ready = true, ObservedAt = Given.Now, ObservedBy = actor.Name })],
        };
        var others = live.Current.Services.RemoveAll(s => s.Team == team && s.Name == name);
        var created = others.Length == live.Current.Services.Length;
        live.Set(live.Current with { Services = others.Add(view) });
        return Task.FromResult((view, created));
    }

    public Task<ServiceView> BeatAsync(Actor actor, string team, string name, CancellationToken cancellation)
    {
        Calls.Add($"beat {team}/{name}");
        return Task.FromResult(Find(team, name));
    }

    public Task DeleteAsync(Actor actor, string team, string name, CancellationToken cancellation)
    {
        var view = Find(team, name);
        Calls.Add($"delete {team}/{name}");
        live.Set(live.Current with { Services = live.Current.Services.Remove(view) });
        return Task.CompletedTask;
    }

    private ServiceView Find(string team, string name) => live.Current.Services.FirstOrDefault(s => s.Team == team && s.Name == name && s.Registration is not null)
        ?? throw RefusedException.NotFound($"registered service {name}");
}
