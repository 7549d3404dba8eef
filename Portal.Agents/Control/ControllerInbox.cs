using Portal.Core.State.Notices;

namespace Portal.Agents.Control;

/// <summary>What notices named since it was last emptied. Putting never blocks; a key put twice is there once.</summary>
internal sealed class ControllerInbox
{
    private readonly Lock gate = new();
    private readonly Signal signal = new();
    private HashSet<Guid> specs = [];
    private HashSet<Guid> observed = [];
    private bool hosts;
    private bool everything;

    public void Put(Notice notice)
    {
        if (notice.Specs.IsEmpty && notice.Observed.IsEmpty && notice.Hosts.IsEmpty && !notice.Everything)
        {
            return;
        }
        lock (gate)
        {
            specs.UnionWith(notice.Specs);
            observed.UnionWith(notice.Observed);
            hosts |= !notice.Hosts.IsEmpty;
            everything |= notice.Everything;
        }
        signal.Set();
    }

    /// <summary>Waits until something is there, or so long.</summary>
    public Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation) => signal.WaitAsync(atMost, time, cancellation);

    /// <summary>Takes all that is there.</summary>
    public (HashSet<Guid> Specs, HashSet<Guid> Observed, bool Hosts, bool Everything) Take()
    {
        lock (gate)
        {
            var taken = (specs, observed, hosts, everything);
            (specs, observed, hosts, everything) = ([], [], false, false);
            return taken;
        }
    }
}
