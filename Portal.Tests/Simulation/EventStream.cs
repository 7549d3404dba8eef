using Portal.Core.Engine;

namespace Portal.Tests.Simulation;

/// <summary>One listener to an engine's events.</summary>
internal sealed class EventStream
{
    private readonly Queue<EngineEvent> _heard = [];
    private TaskCompletionSource? _waiting;
    private bool _isBroken;

    public void Put(EngineEvent happened)
    {
        _heard.Enqueue(happened);
        Wake();
    }

    public void Break()
    {
        _isBroken = true;
        Wake();
    }

    public async Task<EngineEvent> NextAsync(CancellationToken cancellation)
    {
        while (_heard.Count == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_isBroken)
            {
                throw new EngineException(EngineError.Unreachable, "The stream of events broke.");
            }
            _waiting = new TaskCompletionSource();
            using var registration = cancellation.Register(Wake);
            await _waiting.Task;
        }
        return _heard.Dequeue();
    }

    private void Wake()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.TrySetResult();
    }
}
