using Portal.Core.Domain;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Live;

/// <summary>What notices named since it was last emptied.</summary>
/// <param name="Apps">Apps to read anew.</param>
/// <param name="Observed">Apps of which instances were observed anew.</param>
/// <param name="Hosts">Whether hosts changed.</param>
/// <param name="Everything">Whether all is to be read anew.</param>
/// <param name="Services">Whether services that are registered from outside changed.</param>
internal sealed record LiveChanges(HashSet<AppId> Apps, HashSet<AppId> Observed, bool Hosts, bool Everything, bool Services = false)
{
    public bool Any => Everything || Hosts || Services || Apps.Count + Observed.Count > 0;
}

/// <summary>Gathers notices for <see cref="LiveState"/>; putting never blocks.</summary>
internal sealed class LiveInbox : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim signal = new(0, 1);
    private LiveChanges changes = new([], [], false, false);

    public void Put(Notice notice)
    {
        lock (gate)
        {
            changes.Apps.UnionWith(notice.Specs.Concat(notice.Apps).Select(id => new AppId(id)));
            changes.Observed.UnionWith(notice.Observed.Select(id => new AppId(id)));
            changes = changes with { Hosts = changes.Hosts || !notice.Hosts.IsEmpty, Services = changes.Services || notice.Services, Everything = changes.Everything || notice.Everything };
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }

    /// <summary>Waits until something is there, or so long.</summary>
    /// <returns>Whether something is there.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation) => signal.WaitAsync(atMost, cancellation);

    public LiveChanges Take()
    {
        lock (gate)
        {
            var taken = changes;
            changes = new([], [], false, false);
            return taken;
        }
    }

    public void Dispose() => signal.Dispose();
}
