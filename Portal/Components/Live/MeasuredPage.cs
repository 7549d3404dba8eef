using Microsoft.AspNetCore.Components;
using Portal.Core.State.Metrics;

namespace Portal.Components.Live;

/// <summary>Base of live pages that also show what is used now. <see cref="OnFigures"/> is called before the first render and after each change, at most once in <see cref="Pause"/>.</summary>
public abstract class MeasuredPage : LivePage
{
    private LatestSlot<UsageSnapshot>? _figures;

    [Inject] internal CurrentUsage Usage { get; set; } = default!;

    /// <summary>Between two showings; sparklines need no more.</summary>
    protected virtual TimeSpan Pause => TimeSpan.FromSeconds(5);

    /// <summary>Whether what is shown now depends on figures.</summary>
    protected virtual bool ShowsFigures => true;

    /// <summary>Called with new figures in <see cref="Usage"/>.</summary>
    protected virtual void OnFigures()
    {
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        if (RendererInfo.IsInteractive)
        {
            _figures = new LatestSlot<UsageSnapshot>(Usage.Subscribe, Time, Pause, _ => InvokeAsync(() =>
            {
                if (ShowsFigures)
                {
                    OnFigures();
                    StateHasChanged();
                }
            }));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _figures?.Dispose();
        }

        base.Dispose(disposing);
    }
}
