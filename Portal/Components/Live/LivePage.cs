using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>
/// Base of pages that show live state. It keeps <see cref="Snapshot"/> filtered for the actor and the scope, renders at
/// most four times a second, and follows the query string.
/// <para>
/// A page overrides <see cref="OnSnapshot"/> to hand the snapshot to its <c>*PageModel</c>, and <see cref="OnQuery"/> to
/// read filters from <see cref="Query"/>; it writes them with <c>Query.Change(name, value)</c>. Both run before the
/// first render and after each change; neither needs StateHasChanged.
/// </para>
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private LiveSlot? _slot;
    private PageQuery? _query;
    // Of what Snapshot and Unscoped are, so that another page of the same moment is not narrowed anew.
    private (LiveSnapshot? Of, Actor? For, Scope? Within) _taken;

    [Inject] internal ILiveState Live { get; set; } = default!;

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

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Take(Live.Current, queryChanged: true);
        Navigation.LocationChanged += OnLocationChanged;
        if (RendererInfo.IsInteractive)
        {
            _slot = new LiveSlot(Live, Time, snapshot => InvokeAsync(() =>
            {
                Take(snapshot, queryChanged: false);
                StateHasChanged();
            }));
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(() =>
    {
        Take(Live.Current, queryChanged: true);
        StateHasChanged();
    });

    private void Take(LiveSnapshot snapshot, bool queryChanged)
    {
        if (queryChanged)
        {
            OnQuery();
        }

        var scope = Scope;
        if (!ReferenceEquals(_taken.Of, snapshot) || !ReferenceEquals(_taken.For, Actor) || _taken.Within != scope)
        {
            _taken = (snapshot, Actor, scope);
            Unscoped = snapshot.For(Actor);
            Snapshot = scope.Narrow(Unscoped);
        }
        OnSnapshot(Snapshot);
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
            Navigation.LocationChanged -= OnLocationChanged;
            _slot?.Dispose();
        }
    }
}
