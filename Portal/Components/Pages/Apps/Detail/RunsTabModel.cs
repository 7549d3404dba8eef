using System.Collections.Immutable;
using Portal.Core.Jobs;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>A job's runs as the tab shows them. Knows no renderer and no service.</summary>
public sealed class RunsTabModel
{
    private ImmutableArray<RunState> _read = [];
    private ImmutableArray<RunState> _recent = [];

    /// <summary>Newest first.</summary>
    public ImmutableArray<RunState> Rows { get; private set; } = [];

    /// <summary>The newest number that is known: another one means that the list is to be read again.</summary>
    public int Newest => _recent.IsEmpty ? 0 : _recent[0].Number;

    /// <summary>Takes what was read.</summary>
    public void Apply(ImmutableArray<RunState> runs)
    {
        _read = runs;
        Arrange();
    }

    /// <summary>Takes the live state, which knows the newest runs better than what was read.</summary>
    public void Apply(AppView app)
    {
        _recent = app.Job?.Recent ?? [];
        Arrange();
    }

    /// <summary>One run; null if it is not known.</summary>
    public RunState? Find(int? number) => Rows.FirstOrDefault(r => r.Number == number);

    private void Arrange()
    {
        var live = _recent.Select(r => r.Number).ToHashSet();
        Rows = [.. _recent.Concat(_read.Where(r => !live.Contains(r.Number))).OrderByDescending(r => r.Number)];
    }
}
