using System.Collections.Immutable;
using Portal.Components.Live;
using Portal.Core.State.Live;

namespace Portal.Components.Pages.Overview;

/// <summary>
/// What needs attention in one circuit: the list of the overview and the badge of the rail are one. What is over stays for a moment, so that
/// neither flickers with an app that crashes and comes back.
/// </summary>
internal sealed class AttentionBoard : IDisposable
{
    /// <summary>For how long what is over stays.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly LiveViews _views;
    private readonly ITimer _timer;
    // By where each leads; when it was over, null while it is not.
    private readonly Dictionary<string, (Attention Item, DateTimeOffset? OverAt)> _known = [];
    private Scope? _scope;
    private LiveSnapshot? _taken;

    public AttentionBoard(TimeProvider time, LiveViews views) =>
        (_time, _views, _timer) = (time, views, time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

    /// <summary>What is shown, the worst first; the same array as long as it says the same.</summary>
    public ImmutableArray<Attention> Items { get; private set; } = [];

    /// <summary>Something went because its moment passed; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>Takes a snapshot, already narrowed to the actor and the scope. Another scope begins anew.</summary>
    public ImmutableArray<Attention> Take(LiveSnapshot snapshot, Scope scope)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (scope != _scope)
            {
                _known.Clear();
                _scope = scope;
            }
            else if (ReferenceEquals(snapshot, _taken))
            {
                return Items;
            }
            _taken = snapshot;
            var items = _views.Of(snapshot, typeof(Attention), () => Attention.ListOf(snapshot, now).ToDictionary(i => i.Href));
            foreach (var (href, known) in _known.Where(k => k.Value.OverAt is null && !items.ContainsKey(k.Key)).ToList())
            {
                _known[href] = (known.Item, now);
            }
            foreach (var (href, item) in items)
            {
                _known[href] = (item, null);
            }
            return Arrange(now);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        lock (_gate)
        {
            Arrange(_time.GetUtcNow());
        }
        Changed?.Invoke();
    }

    private ImmutableArray<Attention> Arrange(DateTimeOffset now)
    {
        foreach (var href in _known.Where(k => now - k.Value.OverAt >= Stay).Select(k => k.Key).ToList())
        {
            _known.Remove(href);
        }
        _timer.Change(_known.Values.Min(k => k.OverAt) is { } next ? next + Stay - now : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var sorted = Attention.Sort(_known.Values.Select(k => k.Item));
        return Items = sorted.SequenceEqual(Items) ? Items : sorted;
    }
}
