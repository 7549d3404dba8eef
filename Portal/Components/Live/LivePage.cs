using Microsoft.AspNetCore.Components;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>
/// Base of pages that show live state. It keeps <see cref="Snapshot"/> filtered for the actor and the scope, renders at
/// most four times a second, and follows the query string.
/// <para>
/// A page overrides <see cref="OnSnapshot"/> to hand the snapshot to its <c>*PageModel</c>, and <see cref="OnQuery"/> to
/// read filters from <see cref="Query"/>; it writes them with <c>Query.Change(name, value)</c>. Both run before the
/// first render and after each change; neither needs StateHasChanged. What shows little of a snapshot says in
/// <see cref="Shows"/> what that is, and is drawn anew only when it is something else.
/// </para>
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private PageQuery? _query;
    private object? _shown;
    private string? _address;

    [Inject] internal ILiveState Live { get; set; } = default!;

    [Inject] internal LivePulse Pulse { get; set; } = default!;

    [Inject] internal LiveViews Views { get; set; } = default!;

    [Inject] internal NavigationManager Navigation { get; set; } = default!;

    [Inject] internal TimeProvider Time { get; set; } = default!;

    /// <summary>Who looks at the page; set by the frame, never null.</summary>
    [CascadingParameter] public Actor Actor { get; set; } = default!;

    /// <summary>What the actor may see, within the scope.</summary>
    protected LiveSnapshot Snapshot { get; private set; } = new();

    /// <summary>What the actor may see, whatever the scope.</summary>
    protected LiveSnapshot Unscoped { get; private set; } = new();

    internal PageQuery Query => _query ??= new PageQuery(Navigation);

    internal Scope Scope => Scope.Of(Query);

    /// <summary>Called with each new snapshot, and with the same one when the scope changed.</summary>
    protected virtual void OnSnapshot(LiveSnapshot snapshot)
    {
    }

    /// <summary>Called when the query string changed, before <see cref="OnSnapshot"/>.</summary>
    protected virtual void OnQuery()
    {
    }

    /// <summary>All that is shown of the snapshot last taken, equal as long as it looks the same; null where that is not known.</summary>
    protected virtual object? Shows => null;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Take(Live.Current, queryChanged: true);
        if (RendererInfo.IsInteractive)
        {
            Pulse.Join(this);
        }
    }

    internal Task OnCircuitAsync(Action work) => InvokeAsync(work);

    /// <summary>Whether links and the like follow the address, beside what <see cref="Shows"/> says.</summary>
    protected virtual bool ShowsAddress => true;

    /// <summary>Takes a new snapshot, or the same one at a new address.</summary>
    /// <returns>Whether something else is to be shown.</returns>
    internal bool Follow(LiveSnapshot snapshot, bool addressChanged)
    {
        if (addressChanged && _address == Navigation.Uri)
        {
            // A page that was opened by that very change.
            return false;
        }
        try
        {
            var before = _shown;
            Take(snapshot, addressChanged);
            return (addressChanged && ShowsAddress) || _shown is null || !_shown.Equals(before);
        }
        catch (Exception e)
        {
            // As if it had failed while it was drawn: the frame says so in its place, and the others go on.
            _ = DispatchExceptionAsync(e);
            return false;
        }
    }

    internal void Redraw() => StateHasChanged();

    private void Take(LiveSnapshot snapshot, bool queryChanged)
    {
        if (queryChanged)
        {
            _address = Navigation.Uri;
            OnQuery();
        }

        Unscoped = Views.For(snapshot, Actor);
        Snapshot = Views.Within(Unscoped, Scope);
        OnSnapshot(Snapshot);
        _shown = Shows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the subscription.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Pulse.Leave(this);
        }
    }
}
