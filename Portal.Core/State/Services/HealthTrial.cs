using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Planning;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class HealthTrial(ServiceStore store, ViewReader views, IInstanceProbe probe) : IHealthTrial
{
    public async Task<HealthTry> TryAsync(Actor actor, string team, string app, HealthSpec? policy, InstanceId? instance, CancellationToken cancellation)
    {
        var (_, row) = await store.ReadAsync(db => Access.FindAppAsync(db, actor, team, app, TeamRole.Deployer, locks: false, cancellation), cancellation);
        var asked = policy ?? SpecCodec.FromCanonical(row.Spec).Health;
        if (asked.Kind == HealthKind.None)
        {
            throw Refuse($"Nothing checks the health of {app}: choose a kind of check to try.", "kind");
        }
        var live = await store.GuardAsync(() => views.ReadInstancesAsync([row.Id.Value], ended: false, cancellation));
        var chosen = Choose(live, instance, $"{team}/{app}");
        var port = asked.IsProbed ? PortOf(chosen, asked, app) : 0;
        var place = new InstancePlace(chosen.HostId!.Value, chosen.Address!, port, chosen.ContainerId!);
        var answer = await probe.AskAsync(place, asked, cancellation);
        return new HealthTry(chosen.Id, chosen.Slot, chosen.Host!, asked.IsProbed ? $"{chosen.Address}:{port}" : null, answer.Outcome == ProbeOutcome.Passed, answer.Took, answer.Text);
    }

    private static InstanceView Choose(List<InstanceView> live, InstanceId? wanted, string app)
    {
        var running = live.Where(i => i is { State: InstanceState.Running, HostId: not null, Host: not null, Address: not null, ContainerId: not null });
        if (wanted is { } id)
        {
            var named = live.Find(i => i.Id == id) ?? throw RefusedException.NotFound($"instance {id} of {app}");
            return running.FirstOrDefault(i => i.Id == id) ?? throw Refuse($"Replica {named.Slot} does not run: it is {named.State}.", "instance");
        }
        return running.OrderByDescending(i => i.Ready).ThenBy(i => i.Slot).ThenByDescending(i => i.Epoch).FirstOrDefault()
            ?? throw Refuse("No instance of it runs.", "instance");
    }

    private static int PortOf(InstanceView instance, HealthSpec policy, string app) =>
        instance.Ports.FirstOrDefault(p => p.Name == policy.PortName && p.Protocol == "tcp")?.HostPort
        ?? throw Refuse($"{app}.{instance.Slot} publishes no tcp port named {policy.PortName}.", "port");

    private static RefusedException Refuse(string sentence, string path) => new(RefusalKind.Unprocessable, sentence, new Fault(path, sentence));
}
