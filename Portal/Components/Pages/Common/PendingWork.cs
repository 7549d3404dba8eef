using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>A change of an app on its way: from the click until it is observed. A button bound to it stays busy and says what it waits for.</summary>
public sealed class PendingWork
{
    private long? _generation;
    private Func<AppView?, bool> _done = _ => true;
    private string _sentence = "";

    /// <summary>Which button began it, as <c>restart</c>; null while nothing is under way.</summary>
    public string? Action { get; private set; }

    public bool IsBusy => Action is not null;

    /// <summary>What is waited for, in a sentence; empty while nothing is.</summary>
    public string WaitsFor => !IsBusy ? "" : _generation is null ? "Sending…" : _sentence;

    public bool Is(string action) => Action == action;

    /// <summary>The click.</summary>
    public void Begin(string action) => (Action, _generation, _sentence) = (action, null, "");

    /// <summary>The store has it: done once the controller acted on that generation and, where asked, the rest is seen too.</summary>
    public void Sent(long generation, string sentence, Func<AppView?, bool>? done = null)
    {
        _generation = generation;
        _sentence = sentence;
        _done = done ?? (_ => true);
    }

    /// <summary>It was refused, or changed nothing.</summary>
    public void End() => Action = null;

    /// <summary>Looks at the newest state of the app; null if it is gone.</summary>
    public void Observe(AppView? app)
    {
        if (IsBusy && _generation is { } generation && (app is null || app.ObservedGeneration >= generation) && _done(app))
        {
            End();
        }
    }
}
