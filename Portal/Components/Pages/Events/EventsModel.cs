using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Events;

/// <summary>A timeline: what was read, what came since, and what waits while the pointer is over it. Knows no renderer and no service.</summary>
public sealed class EventsModel
{
    private ImmutableArray<EventView> _read = [];
    private ImmutableArray<EventView> _live = [];
    private long? _heldAt;

    /// <summary>What is shown, newest first, with equal neighbours as one.</summary>
    public ImmutableArray<FoldedEvent> Shown { get; private set; } = [];

    /// <summary>How many came while it was held.</summary>
    public int Waiting { get; private set; }

    /// <summary>Whether there may be older ones.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The oldest that was read; null for none.</summary>
    public long? Oldest => _read.IsEmpty ? null : _read[^1].Id;

    /// <summary>Forgets all, for others are asked for.</summary>
    public void Clear()
    {
        (_read, _live, _heldAt, HasMore) = ([], [], null, false);
        Arrange();
    }

    /// <summary>Takes older ones.</summary>
    /// <param name="older">They follow what was read before.</param>
    /// <param name="asked">How many were asked for.</param>
    public void Take(ImmutableArray<EventView> older, int asked)
    {
        _read = [.. _read, .. older];
        HasMore = older.Length >= asked;
        Arrange();
    }

    /// <summary>Takes those that came by themselves and belong here. They stay when the snapshot no longer holds them.</summary>
    public void TakeLive(IEnumerable<EventView> fitting)
    {
        _live = EventMerge.Of(_live, fitting);
        Arrange();
    }

    /// <summary>Holds still while the pointer is over it, and lets in what waited after.</summary>
    public void Hold(bool held)
    {
        _heldAt = held ? _heldAt ?? (All() is [var newest, ..] ? newest.Id : null) : null;
        Arrange();
    }

    private ImmutableArray<EventView> All() => EventMerge.Of(_read, _live);

    private void Arrange()
    {
        var all = All();
        var shown = _heldAt is { } held ? all.Where(e => e.Id <= held).ToImmutableArray() : all;
        Waiting = all.Length - shown.Length;
        Shown = FoldedEvent.Of(shown);
    }
}
