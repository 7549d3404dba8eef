using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Reconciliation;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Hosts of the fake live state. Calls are written down.</summary>
public sealed class FakeHostService(FakeLiveState live) : IHostService
{
    public List<string> Calls { get; } = [];

    /// <summary>Thrown by the next call, once.</summary>
    public Exception? Refuse { get; set; }

    public EngineInfo Info { get; set; } = new() { Version = "27.1.1", ApiVersion = "1.46", Os = "linux", OsName = "Debian GNU/Linux 12", Architecture = "amd64", Cpus = 4, MemoryBytes = 8L << 30 };

    public LeavingPlan Plan { get; set; } = new("a", LeavingKind.Drain, "Nothing runs on a: it can be drained at once.", []);

    public Task<ImmutableArray<HostView>> ListAsync(Actor actor, CancellationToken cancellation) => Task.FromResult(live.Current.Hosts.Values.ToImmutableArray());

    public Task<HostView> GetAsync(Actor actor, string name, CancellationToken cancellation) => Task.FromResult(Find(name));

    public Task<(HostView Host, bool Created)> PutAsync(Actor actor, string name, HostRequest request, CancellationToken cancellation)
    {
        Note($"put {name} {request.Endpoint}");
        var created = live.Current.Hosts.Values.All(h => h.Name != name);
        return Task.FromResult((Store(Given.Host(name) with { Endpoint = request.Endpoint }), created));
    }

    public Task<EngineInfo> TryAsync(Actor actor, HostRequest request, CancellationToken cancellation)
    {
        Note($"try {request.Endpoint}");
        return Task.FromResult(Info);
    }

    public Task<HostView> SetAvailabilityAsync(Actor actor, string name, Availability availability, CancellationToken cancellation)
    {
        Note($"{availability} {name}");
        return Task.FromResult(Store(Find(name) with { Availability = availability, State = availability == Availability.Active ? "Ready" : availability.ToString() }));
    }

    public Task<LeavingPlan> PlanAsync(Actor actor, string name, LeavingKind kind, CancellationToken cancellation) => Task.FromResult(Plan with { Host = name, For = kind });

    public Task<HostView> RebootAsync(Actor actor, string name, TimeSpan wait, CancellationToken cancellation)
    {
        Note($"reboot {name} {wait.TotalMinutes:0} min");
        return Task.FromResult(Store(Find(name) with { Availability = Availability.Cordoned, State = "Rebooting", Reboot = new PlannedReboot(Given.Now.AddMinutes(-1), wait, Given.Now) }));
    }

    public Task DeleteAsync(Actor actor, string name, bool force, CancellationToken cancellation)
    {
        Note($"delete {name}{(force ? " force" : "")}");
        live.Set(live.Current with { Hosts = live.Current.Hosts.Remove(Find(name).Id) });
        return Task.CompletedTask;
    }

    private HostView Find(string name) => live.Current.Hosts.Values.FirstOrDefault(h => h.Name == name) ?? throw RefusedException.NotFound($"host {name}");

    private HostView Store(HostView host)
    {
        live.Set(live.Current with { Hosts = live.Current.Hosts.SetItem(host.Id, host) });
        return host;
    }

    private void Note(string call)
    {
        Calls.Add(call);
        if (Refuse is { } refuse)
        {
            Refuse = null;
            throw refuse;
        }
    }
}
