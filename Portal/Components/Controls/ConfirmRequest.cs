using System.Collections.Immutable;

namespace Portal.Components.Controls;

/// <summary>What a ConfirmDialog asks.</summary>
/// <param name="Title">As <c>Delete web?</c></param>
/// <param name="Text">What will happen, in a sentence.</param>
/// <param name="Button">What its button says: the deed, as <c>Delete web</c>.</param>
public sealed record ConfirmRequest(string Title, string Text, string Button)
{
    /// <summary>Must be typed before the button works; null where a click is enough.</summary>
    public string? TypeName { get; init; }

    /// <summary>Further sentences, one a line.</summary>
    public ImmutableArray<string> Steps { get; init; } = [];

    /// <summary>A choice within the deed, as <c>Delete its volumes too</c>; null for none.</summary>
    public string? Option { get; init; }

    /// <summary>What a sentence of the user's own is kept with, as <c>Kept with the rollout.</c>; null where none is asked for.</summary>
    public string? MessageHint { get; init; }

    /// <summary>Whether the deed destroys something.</summary>
    public bool Danger { get; init; } = true;
}

/// <summary>What was answered.</summary>
/// <param name="Confirmed">Whether to do it.</param>
/// <param name="Option">Whether the option was chosen.</param>
/// <param name="Message">What the user said about it; null for nothing.</param>
public readonly record struct ConfirmAnswer(bool Confirmed, bool Option, string? Message = null);
