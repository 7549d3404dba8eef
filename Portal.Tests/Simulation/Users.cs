using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Notices;

namespace Portal.Tests.Simulation;

/// <summary>What users do, as the services of the store write it.</summary>
internal sealed class Users(World world)
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(2);
    private int _made;

    private Dictionary<AppId, AppRecord> Apps => world.Store.Apps;

    /// <summary>The app that a number chooses; null if there is none.</summary>
    public AppRecord? Choose(int number) => Apps.Count == 0 ? null : Apps.Values.ElementAt(number % Apps.Count);

    public void Create(int shape, int replicas)
    {
        // The name of an app that was deleted may come back, as another app with the same slots.
        var name = new[] { "web", "api", "cart", "mail" }.FirstOrDefault(n => Apps.Values.All(a => a.Name != n));
        if (name is null)
        {
            return;
        }
        var id = new AppId(new Guid(++_made, 0, 0, new byte[8]));
        var spec = Shape(shape, _made) with { Image = "sim/good:1" };
        var app = new AppRecord(id, name, spec, spec.Kind == AppKind.Global ? 0 : 1 + replicas % 5);
        Apps.Add(id, app);
        world.Trace.Note("user", _made, 0, $"A user creates {name}, {app.Replicas} replicas, {Words(spec)}.");
        Seal(app, spec);
    }

    public void Deploy(AppRecord app, Conduct conduct, bool tooLarge = false)
    {
        var spec = app.Spec with
        {
            Image = $"sim/{conduct.ToString().ToLowerInvariant()}:{app.Revisions.Count + 1}",
            Resources = new ResourcesSpec { Reservations = tooLarge ? new Resources(1, 1L << 45) : new Resources(0.1, 64L << 20) },
        };
        world.Trace.Note("user", app.Revision, app.Generation, $"A user deploys {app.Name} as revision {app.Revisions.Count + 1}, with {spec.Image}{(tooLarge ? ", larger than any host" : "")}.");
        Seal(app, spec);
    }

    public void Scale(AppRecord app, int replicas)
    {
        if (app.Spec.Kind == AppKind.Service && app.Replicas != replicas)
        {
            Change(app, $"scales {app.Name} from {app.Replicas} to {replicas}", () => app.Replicas = replicas);
        }
    }

    public void Restart(AppRecord app) => Change(app, $"restarts {app.Name}", () => app.RestartGeneration = app.Generation + 1);

    public void SetStopped(AppRecord app, bool stopped)
    {
        if (app.Stopped != stopped && !app.Deleted)
        {
            Change(app, $"{(stopped ? "stops" : "starts")} {app.Name}", () => app.Stopped = stopped);
        }
    }

    public void Delete(AppRecord app)
    {
        if (!app.Deleted)
        {
            Change(app, $"deletes {app.Name}", () => app.Deleted = true);
        }
    }

    public void Steer(AppRecord app, string does, Func<RolloutIntent, RolloutIntent> steer)
    {
        var rollout = app.Rollout;
        var isUnderWay = rollout is null || rollout.Generation != app.Intent.Generation || !rollout.IsOver;
        if (isUnderWay && rollout?.Status != RolloutStatus.RollingBack && !app.Deleted)
        {
            Change(app, $"{does} the rollout of {app.Name}", () => app.Intent = steer(app.Intent));
        }
    }

    public void SetAvailability(HostRecord host, Availability availability)
    {
        if (host.Availability != availability)
        {
            host.Availability = availability;
            world.Trace.Note("user", (int)availability, 0, $"A user sets host {host.Registration.Name} to {availability}.");
            world.Broadcast(null, new Notice { Hosts = [host.Registration.Id.Value] });
        }
    }

    public void ConfirmLoss(HostRecord host)
    {
        host.LossConfirmedAt = world.Schedule.UtcNow;
        world.Trace.Note("user", 0, 0, $"A user confirms that host {host.Registration.Name} is lost.");
        world.Broadcast(null, new Notice { Hosts = [host.Registration.Id.Value] });
    }

    private void Seal(AppRecord app, AppSpec spec)
    {
        var number = app.Revisions.Count + 1;
        app.Revisions[number] = new RevisionRecord(spec, $"{number:x16}");
        (app.Spec, app.Revision) = (spec, number);
        app.Intent = new RolloutIntent(app.Generation + 1, number, By: "user");
        Accept(app);
    }

    private void Change(AppRecord app, string does, Action change)
    {
        world.Trace.Note("user", app.Revision, app.Generation, $"A user {does}.");
        change();
        Accept(app);
    }

    private void Accept(AppRecord app)
    {
        app.Generation++;
        world.Broadcast(null, new Notice { Specs = [app.Id.Value] });
    }

    private static string Words(AppSpec spec) => $"{spec.Kind}, {spec.Update.Order}, health {spec.Health.Kind}"
        + (spec.Volumes.IsEmpty ? "" : ", with a volume") + (spec.HasParts ? $", with {InstanceParts.Words(spec)}" : "") + (spec.Ports.Any(p => p.HostPort is not null) ? ", with a host port" : "") + (spec.Update.Canary.IsEmpty ? "" : ", with a canary");

    private static AppSpec Shape(int shape, int made)
    {
        var probed = new HealthSpec { Kind = HealthKind.Tcp, Interval = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(1), Retries = 2, OnUnhealthy = (OnUnhealthy)(shape / 10 % 3) };
        var served = new AppSpec
        {
            Image = "",
            Ports = [new PortSpec("http", 80)],
            Health = probed,
            Resources = new ResourcesSpec { Reservations = new Resources(0.1, 64L << 20) },
            Update = new UpdateSpec { ProgressDeadline = TimeSpan.FromSeconds(30), OnFailure = (OnUpdateFailure)(shape / 30 % 2) },
        };
        return (shape % 10) switch
        {
            0 => served with { Health = new HealthSpec(), Update = served.Update with { MinReady = Quick } },
            1 => served with { Update = served.Update with { Order = UpdateOrder.StopFirst } },
            2 => served with { Update = served.Update with { MaxSurge = new CountOrPercent(50, true), MaxUnavailable = new CountOrPercent(25, true) } },
            3 => served with { Update = served.Update with { MaxSurge = new CountOrPercent(2), MaxUnavailable = new CountOrPercent(1) } },
            4 => served with { Volumes = [new VolumeSpec("data", "/data", OnHostLoss: (OnHostLoss)(shape / 60 % 2))] },
            5 => served with { Kind = AppKind.Global },
            6 => served with { Health = probed with { Kind = HealthKind.Command, Command = ImmutableArray.Create("check") } },
            7 => served with { Update = served.Update with { Canary = [new CanaryStep(34, TimeSpan.FromSeconds(3))] } },
            8 => served with { Ports = [new PortSpec("http", 80, HostPort: 8000 + made)] },
            _ => served with
            {
                InitContainers = [new PartSpec { Name = "fetch", Image = "sim/ending:1" }, new PartSpec { Name = "migrate", Image = "sim/ending:1" }],
                Sidecars = [new PartSpec { Name = "log", Image = "sim/good:1" }],
            },
        };
    }
}
