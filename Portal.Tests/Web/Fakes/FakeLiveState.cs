using System.Collections.Concurrent;
using Portal.Core.State.Live;

namespace Portal.Tests.Web.Fakes;

/// <summary>A live state that the test sets by hand.</summary>
public sealed class FakeLiveState : ILiveState
{
    private readonly ConcurrentDictionary<Action<LiveSnapshot>, bool> _readers = new();
    private LiveSnapshot _current = new();

    public LiveSnapshot Current => _current;

    public int Readers => _readers.Count;

    public IDisposable Subscribe(Action<LiveSnapshot> changed)
    {
        _readers[changed] = true;
        return new Subscription(() => _readers.TryRemove(changed, out _));
    }

    public void Set(LiveSnapshot snapshot)
    {
        _current = snapshot with { Version = _current.Version + 1 };
        foreach (var reader in _readers.Keys)
        {
            reader(_current);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
