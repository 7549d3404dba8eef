using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Simulation;

/// <summary>Lets disturbances happen.</summary>
internal sealed class Storm(World world)
{
    private static readonly string[] s_verbs = ["create", "start", "stop", "remove", "inspect", "list", "pull", "network", "images", "restart"];
    private static readonly Conduct[] s_bad = [Conduct.Crashing, Conduct.Mute, Conduct.Missing, Conduct.Unstartable, Conduct.Slow];

    private Faults Faults => world.Faults;

    public void Happen(Disturbance d)
    {
        switch (d.Kind)
        {
            case <= DisturbanceKind.ConfirmLoss:
                BySomeone(d);
                break;
            case <= DisturbanceKind.CutProcessOff:
                ToProcess(d, world.Processes[d.A % world.Processes.Length]);
                break;
            case <= DisturbanceKind.EventsAreRepeated:
                ToEngine(d, world.Engines[d.A % world.Engines.Length]);
                break;
            case <= DisturbanceKind.StoreAnswersAreLost:
                ToStore(d);
                break;
            default:
                ToContainer(d, world.Engines[d.A % world.Engines.Length]);
                break;
        }
    }

    private void BySomeone(Disturbance d)
    {
        var (users, host) = (world.Users, world.Store.Hosts.Values.ElementAt(d.A % world.Store.Hosts.Count));
        if (d.Kind == DisturbanceKind.CreateApp)
        {
            users.Create(d.A, d.B);
        }
        else if (d.Kind is DisturbanceKind.Drain or DisturbanceKind.Cordon or DisturbanceKind.Activate)
        {
            users.SetAvailability(host, d.Kind switch { DisturbanceKind.Drain => Availability.Draining, DisturbanceKind.Cordon => Availability.Cordoned, _ => Availability.Active });
        }
        else if (d.Kind == DisturbanceKind.ConfirmLoss)
        {
            users.ConfirmLoss(host);
        }
        else if (users.Choose(d.A) is { Deleted: false } app)
        {
            ToApp(d, users, app);
        }
    }

    private static void ToApp(Disturbance d, Users users, AppRecord app)
    {
        switch (d.Kind)
        {
            case DisturbanceKind.Deploy:
                users.Deploy(app, Conduct.Good);
                break;
            case DisturbanceKind.DeployBad:
                users.Deploy(app, d.B % 6 == 5 ? Conduct.Good : s_bad[d.B % 6], tooLarge: d.B % 6 == 5);
                break;
            case DisturbanceKind.Scale:
                users.Scale(app, d.B % 7);
                break;
            case DisturbanceKind.Restart:
                users.Restart(app);
                break;
            case DisturbanceKind.PauseRollout:
                users.Steer(app, "pauses", i => i with { Paused = true });
                break;
            case DisturbanceKind.ResumeRollout:
                users.Steer(app, "resumes", i => i with { Paused = false });
                break;
            case DisturbanceKind.CancelRollout:
                users.Steer(app, "cancels", i => i with { Cancelled = true });
                break;
            case DisturbanceKind.StopApp:
            case DisturbanceKind.StartApp:
                users.SetStopped(app, d.Kind == DisturbanceKind.StopApp);
                break;
            default:
                users.Delete(app);
                break;
        }
    }

    private void ToProcess(Disturbance d, SimulatedProcess process)
    {
        var restart = TimeSpan.FromMilliseconds(100 + d.C * 10);
        Say(d, $"Process {process.Identity.Name}: {Words(d.Kind)}{(d.Kind == DisturbanceKind.CrashProcess ? $" after {d.B % 200} more steps" : $" for {d.Length.TotalSeconds:0.0} s")}.");
        switch (d.Kind)
        {
            case DisturbanceKind.CrashProcess:
                world.RestartAfter(process, restart);
                process.CrashAfter(d.B % 200 + 1);
                break;
            case DisturbanceKind.StopProcess:
                process.Stop();
                world.Schedule.After(TimeSpan.FromSeconds(3), () => world.ProcessDied(process));
                world.RestartAfter(process, restart);
                break;
            case DisturbanceKind.PauseProcess:
                process.Pause();
                world.Schedule.After(d.Length, process.GoOn);
                break;
            default:
                foreach (var engine in world.Engines)
                {
                    Faults.Cut(process.Number, engine.Number, world.Schedule.Now + d.Length);
                }
                break;
        }
    }

    private void ToEngine(Disturbance d, SimulatedEngine engine)
    {
        var until = world.Schedule.Now + d.Length;
        var verb = s_verbs[d.B % s_verbs.Length];
        var fault = (CallFault)(d.C % 3);
        Say(d, $"Host {engine.Name}: {(d.Kind == DisturbanceKind.CallFails ? $"the next calls to {verb} go wrong, {fault}" : $"{Words(d.Kind)} for {d.Length.TotalSeconds:0.0} s")}.");
        switch (d.Kind)
        {
            case DisturbanceKind.CutHostOff:
                foreach (var process in world.Processes.Where(p => d.C % 3 != 0 || p.Number == d.C % world.Processes.Length))
                {
                    Faults.Cut(process.Number, engine.Number, until);
                }
                if (d.C % 2 == 0)
                {
                    engine.BreakStreams();
                }
                break;
            case DisturbanceKind.HostDies when engine.IsUp:
                engine.GoDown();
                world.Schedule.After(d.Length, engine.ComeUp);
                break;
            case DisturbanceKind.EngineFreezes:
                Faults.Freeze(engine.Number, until);
                break;
            case DisturbanceKind.EngineIsSlow:
                Faults.Slow(engine.Number, until);
                break;
            case DisturbanceKind.PullsAreSlow:
                Faults.SlowPulls(engine.Number, until);
                break;
            case DisturbanceKind.CallFails:
                Faults.FailCalls(engine.Number, verb, fault, 1 + d.C % 4);
                break;
            case DisturbanceKind.EventsAreLost or DisturbanceKind.EventsAreRepeated:
                Faults.HearEvents(engine.Number, d.Kind == DisturbanceKind.EventsAreLost ? 0 : 2, until);
                break;
        }
    }

    private void ToStore(Disturbance d)
    {
        var until = world.Schedule.Now + d.Length;
        var process = world.Processes[d.A % world.Processes.Length];
        Say(d, $"{(d.Kind is DisturbanceKind.StoreIsAway or DisturbanceKind.StoreAnswersAreLost ? "" : $"Process {process.Identity.Name}: ")}{Words(d.Kind)} for {d.Length.TotalSeconds:0.0} s.");
        switch (d.Kind)
        {
            case DisturbanceKind.StoreIsAway:
                Faults.TakeStoreAway(until);
                break;
            case DisturbanceKind.StoreIsCutOff:
                Faults.CutFromStore(process.Number, until);
                break;
            case DisturbanceKind.StoreAnswersAreLost:
                Faults.LoseStoreAnswers(1 + d.C % 5);
                break;
            case DisturbanceKind.NoticesAreRepeated:
                Faults.HearNotices(process.Number, 2, until);
                break;
            default:
                Faults.HearNotices(process.Number, 0, until);
                world.Schedule.After(d.Length, () => world.Reconnect(process.Number));
                break;
        }
    }

    private void ToContainer(Disturbance d, SimulatedEngine engine)
    {
        if (d.Kind == DisturbanceKind.StrangerTakesName)
        {
            TakeName(d, engine);
            return;
        }
        var ours = engine.Containers.Values.Where(c => c.IsOurs && c.State is "running" or "restarting" or "exited").ToList();
        if (!engine.IsUp || ours.Count == 0)
        {
            return;
        }
        var container = ours[d.B % ours.Count];
        Say(d, $"Container {container.Name} on {engine.Name} {Words(d.Kind)}.");
        switch (d.Kind)
        {
            case DisturbanceKind.ContainerCrashes when container.IsRunning:
                engine.Crash(container, 1);
                break;
            case DisturbanceKind.ContainerIsRemoved:
                engine.Remove(container, () => { });
                break;
            case DisturbanceKind.ContainerIsStopped:
                engine.Stop(container, () => { });
                break;
            case DisturbanceKind.ContainerTurnsSick when container.IsRunning:
                engine.SetSick(container, true);
                world.Schedule.After(d.Length, () => engine.SetSick(container, false));
                break;
        }
    }

    private void TakeName(Disturbance d, SimulatedEngine engine)
    {
        if (world.Users.Choose(d.B) is not { } app)
        {
            return;
        }
        var slot = 1 + d.C % 3;
        var name = EngineNames.Container(SimulatedStore.Cluster, SimulatedStore.TeamName, app.Name, slot, world.Store.Epochs.GetValueOrDefault((app.Name, slot)) + 1);
        if (engine.Find(name) is null)
        {
            Say(d, $"A stranger makes a container called {name} on {engine.Name}.");
            engine.Add(new ContainerRequest { Name = name, Image = "sim/good:1" }, SimulatedImage.Of("sim/good:1"));
        }
    }

    private void Say(Disturbance d, string sentence) => world.Trace.Note("storm", (int)d.Kind * 1_000 + d.A, d.B, $"{sentence}");

    private static string Words(DisturbanceKind kind) => kind switch
    {
        DisturbanceKind.CrashProcess => "it is killed",
        DisturbanceKind.PauseProcess => "it is paused",
        DisturbanceKind.StopProcess => "it is told to end, and begins anew",
        DisturbanceKind.CutProcessOff => "it reaches no host",
        DisturbanceKind.CutHostOff => "it is cut off",
        DisturbanceKind.HostDies => "its power is gone",
        DisturbanceKind.EngineFreezes => "its engine does nothing",
        DisturbanceKind.EngineIsSlow => "its engine is slow",
        DisturbanceKind.PullsAreSlow => "its pulls are slow",
        DisturbanceKind.EventsAreLost => "its events are lost",
        DisturbanceKind.EventsAreRepeated => "its events come twice",
        DisturbanceKind.NoticesAreLost => "its notices are lost",
        DisturbanceKind.NoticesAreRepeated => "its notices come twice",
        DisturbanceKind.StoreIsAway => "The store is away",
        DisturbanceKind.StoreIsCutOff => "it cannot reach the store",
        DisturbanceKind.StoreAnswersAreLost => "The store does what it is told, but its answers are lost,",
        DisturbanceKind.ContainerCrashes => "crashes",
        DisturbanceKind.ContainerIsRemoved => "is removed by hand",
        DisturbanceKind.ContainerIsStopped => "is stopped by hand",
        DisturbanceKind.ContainerTurnsSick => "answers no more",
        _ => kind.ToString(),
    };
}
