using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>
/// The one reading of live state and of the address in a circuit. The parts of a page join it; each takes the newest snapshot, and those that show something else
/// than before are drawn together, as one batch, where a <see cref="LiveBeat"/> stands.
/// </summary>
internal sealed class LivePulse(ILiveState live, NavigationManager navigation, TimeProvider time) : IDisposable
{
    private readonly List<LivePage> _parts = [];
    private LiveSlot? _slot;

    /// <summary>Opens the batch in which all is drawn; null where parts stand alone.</summary>
    public LiveBeat? Beat { get; set; }

    /// <summary>From now on the part follows. Called on the circuit's own thread, as all here.</summary>
    public void Join(LivePage part)
    {
        _parts.Add(part);
        if (_slot is null)
        {
            _slot = new LiveSlot(live, time, snapshot => part.OnCircuitAsync(() => Show(snapshot, addressChanged: false)));
            navigation.LocationChanged += OnLocationChanged;
        }
    }

    public void Leave(LivePage part)
    {
        _parts.Remove(part);
        if (_parts.Count == 0)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        navigation.LocationChanged -= OnLocationChanged;
        _slot?.Dispose();
        _slot = null;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) =>
        _ = _parts is [var any, ..] ? any.OnCircuitAsync(() => Show(live.Current, addressChanged: true)) : Task.CompletedTask;

    private void Show(LiveSnapshot snapshot, bool addressChanged)
    {
        var changed = _parts.ToList().FindAll(part => part.Follow(snapshot, addressChanged));
        if (changed.Count == 0)
        {
            return;
        }
        if (Beat is not null)
        {
            Beat.Draw(() => changed.ForEach(part => part.Redraw()));
        }
        else
        {
            changed.ForEach(part => part.Redraw());
        }
    }
}
