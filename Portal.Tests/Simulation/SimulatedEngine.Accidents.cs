namespace Portal.Tests.Simulation;

/// <content>What befalls containers and the machine.</content>
internal sealed partial class SimulatedEngine
{
    /// <summary>Its program ends; the engine restarts it if its policy says so.</summary>
    public void Crash(SimulatedContainer container, int code)
    {
        End(container, code);
        if (!container.RunsAgain)
        {
            return;
        }
        container.State = "restarting";
        var (run, pause) = (container.Run, TimeSpan.FromMilliseconds(Math.Min(60_000, 100L << Math.Min(container.RestartCount, 10))));
        world.Schedule.After(pause, () =>
        {
            if (IsUp && container.Run == run && container.State == "restarting")
            {
                container.RestartCount++;
                RunOrGiveUp(container);
            }
        });
    }

    public void SetSick(SimulatedContainer container, bool sick)
    {
        container.IsSick = sick;
        TellHealth(container);
    }

    /// <summary>The machine loses its power.</summary>
    public void GoDown()
    {
        IsUp = false;
        BreakStreams();
        foreach (var container in Containers.Values.Where(c => c.State is "running" or "restarting" or "removing").ToList())
        {
            (container.State, container.ExitCode, container.FinishedAt) = ("exited", 137, Now);
            container.Run++;
            world.Promises.Changed(container);
        }
    }

    /// <summary>It has power again: what was not stopped by hand starts anew.</summary>
    public void ComeUp()
    {
        if (IsUp)
        {
            return;
        }
        IsUp = true;
        // The newest first, so that what shares a network that is not there yet is given up, as engines do.
        foreach (var container in Containers.Values.Where(c => c.State == "exited" && c.RunsAgain).OrderByDescending(c => c.Id, StringComparer.Ordinal).ToList())
        {
            RunOrGiveUp(container);
        }
    }
}
