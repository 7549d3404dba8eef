using Microsoft.AspNetCore.Components;

namespace Portal.Components.Live;

/// <summary>Shows nothing. While it is drawn a batch is open, and whatever asks to be drawn meanwhile goes to the browser with it.</summary>
public sealed class LiveBeat : IComponent, IDisposable
{
    private RenderHandle _handle;

    [Inject] internal LivePulse Pulse { get; set; } = default!;

    /// <inheritdoc/>
    public void Attach(RenderHandle renderHandle) => _handle = renderHandle;

    /// <inheritdoc/>
    public Task SetParametersAsync(ParameterView parameters)
    {
        Pulse.Beat = this;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => Pulse.Beat = Pulse.Beat == this ? null : Pulse.Beat;

    internal void Draw(Action redraw) => _handle.Render(_ => redraw());
}
