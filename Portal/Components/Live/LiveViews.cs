using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>What circuits make of a snapshot, made once for all who may see the same, and kept as long as the snapshot is.</summary>
internal sealed class LiveViews
{
    private readonly ConditionalWeakTable<LiveSnapshot, ConcurrentDictionary<object, Lazy<object>>> _made = [];

    /// <summary>What the actor may see of the snapshot.</summary>
    public LiveSnapshot For(LiveSnapshot snapshot, Actor actor) =>
        actor.IsAdministrator ? snapshot : Of(snapshot, new Rights(RightsOf(actor)), () => snapshot.For(actor));

    /// <summary>What of that lies within the scope.</summary>
    public LiveSnapshot Within(LiveSnapshot snapshot, Scope scope) => scope.IsAll ? snapshot : Of(snapshot, scope, () => scope.Narrow(snapshot));

    /// <summary>What is made of a snapshot and a key; only the first who asks makes it.</summary>
    public T Of<T>(LiveSnapshot snapshot, object key, Func<T> make) where T : class
    {
        var all = _made.GetValue(snapshot, static _ => new());
        return (T)all.GetOrAdd(key, static (_, make) => new Lazy<object>(make), (Func<object>)make).Value;
    }

    internal static string RightsOf(Actor actor) => string.Join(' ', actor.Roles.Select(r => $"{r.Key.Value:N}:{r.Value}").Order(StringComparer.Ordinal));

    private sealed record Rights(string Roles);
}
