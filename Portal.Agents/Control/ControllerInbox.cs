using Portal.Core.State.Notices;

namespace Portal.Agents.Control;

/// <summary>What notices named since it was last emptied. Putting never blocks; a key put twice is there once.</summary>
internal sealed class ControllerInbox : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim signal = new(0, 1);
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
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }

    /// <summary>Waits until something is there, or so long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) => signal.WaitAsync(atMost, cancellation);

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

    public void Dispose() => signal.Dispose();
}
