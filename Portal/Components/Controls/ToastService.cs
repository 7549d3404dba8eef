using System.Collections.Immutable;

namespace Portal.Components.Controls;

/// <summary>Short messages at the corner of the screen, of one circuit.</summary>
internal sealed class ToastService(TimeProvider time)
{
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StayOfTrouble = TimeSpan.FromSeconds(20);

    private ImmutableArray<Toast> _toasts = [];
    private long _last;

    /// <summary>What is to be seen now, oldest first.</summary>
    public ImmutableArray<Toast> Toasts => _toasts;

    /// <summary>Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>Something was done.</summary>
    public void Say(string text) => Add("good", text, Stay);

    /// <summary>Something is wrong that a person should look at.</summary>
    public void Warn(string text) => Add("bad", text, StayOfTrouble);

    /// <summary>Something was refused or failed.</summary>
    public void SayRefused(Exception e) => Add("bad", Refusals.Sentence(e), StayOfTrouble, ofStore: Refusals.IsStoreAway(e));

    /// <summary>The store answers again: that it does not is no longer true.</summary>
    public void StoreIsBack()
    {
        ImmutableInterlocked.Update(ref _toasts, toasts => toasts.RemoveAll(t => t.OfStore));
        Changed?.Invoke();
    }

    public void Remove(long id)
    {
        ImmutableInterlocked.Update(ref _toasts, toasts => toasts.RemoveAll(t => t.Id == id));
        Changed?.Invoke();
    }

    private void Add(string tone, string text, TimeSpan stay, bool ofStore = false)
    {
        var toast = new Toast(Interlocked.Increment(ref _last), tone, text, ofStore);
        ImmutableInterlocked.Update(ref _toasts, toasts => toasts.Length >= 4 ? [.. toasts[1..], toast] : [.. toasts, toast]);
        Changed?.Invoke();
        _ = RemoveLaterAsync(toast.Id, stay);
    }

    private async Task RemoveLaterAsync(long id, TimeSpan stay)
    {
        await Task.Delay(stay, time);
        Remove(id);
    }
}

/// <summary>One message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tone"><c>good</c> or <c>bad</c>.</param>
/// <param name="Text">What it says.</param>
/// <param name="OfStore">Whether it says that the store is away.</param>
internal sealed record Toast(long Id, string Tone, string Text, bool OfStore);
