using Microsoft.AspNetCore.Components;
using Portal.Components.Controls;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Settings;

/// <summary>Base of the tabs: who looks, and calls whose refusal is said at the corner.</summary>
public abstract class SettingsTab : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    [Inject] internal ToastService Toasts { get; set; } = default!;

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired] public Actor Actor { get; set; } = default!;

    /// <summary>Ends with the tab.</summary>
    protected CancellationToken Ended => _ended.Token;

    /// <summary>What could not be read, in a sentence; null where all could.</summary>
    protected string? Absence { get; private set; }

    /// <summary>Reads; what cannot be read is said in place of it.</summary>
    protected async Task ReadAsync(Func<Task> read)
    {
        try
        {
            await read();
            Absence = null;
        }
        catch (Exception e) when (e is RefusedException || Refusals.IsStoreAway(e))
        {
            Absence = Refusals.Sentence(e);
        }
    }

    /// <summary>Does something and says so, or says why not.</summary>
    protected async Task DoAsync(Func<Task> change, string done)
    {
        try
        {
            await change();
            Toasts.Say(done);
        }
        catch (Exception e) when (e is RefusedException || Refusals.IsStoreAway(e))
        {
            Toasts.SayRefused(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what is under way.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended.Cancel();
            _ended.Dispose();
        }
    }
}
