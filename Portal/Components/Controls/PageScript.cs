using Microsoft.JSInterop;

namespace Portal.Components.Controls;

/// <summary>Calls of the page's script.</summary>
internal static class PageScript
{
    /// <summary>
    /// Whether a call failed because nobody is there any more. A call after the browser has gone is refused; one that waits for its
    /// answer just then is cancelled.
    /// </summary>
    public static bool IsGone(Exception e) => e is JSDisconnectedException or OperationCanceledException;
}
