using Microsoft.Extensions.Logging;
using Portal.Core.Engine;
using Portal.Core.State.Leases;

namespace Portal.Agents.Hosts;

/// <summary>
/// One connection of a worker with its engine, from a contact that succeeded until the next one that has to begin anew: a client of its
/// own, so that no call of before can hang in it, and the engine's events.
/// </summary>
internal sealed class HostConnection : IAsyncDisposable
{
    private static readonly TimeSpan EventOverlap = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _ending;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public HostConnection(IContainerEngine engine, OperationExecutor executor, HostWorkerOptions options, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        (Engine, Executor, _time, _log) = (engine, executor, time, log);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Token = _ending.Token;
        Inspections = new Turns(options.InspectionsAtOnce);
    }

    public IContainerEngine Engine { get; }

    public OperationExecutor Executor { get; }

    /// <summary>Ends everything that goes by this connection.</summary>
    public CancellationToken Token { get; }

    public Turns Inspections { get; }

    /// <summary>Hears the engine's events until the connection ends.</summary>
    /// <param name="subscribed">Called each time the engine has accepted the subscription: what happened before is to be listed.</param>
    /// <param name="heard">Called with each event.</param>
    /// <param name="broken">Called when the stream broke.</param>
    public async Task HearAsync(Action subscribed, Action<EngineEvent> heard, Action broken)
    {
        DateTimeOffset? last = null;
        var failures = 0;
        while (!Token.IsCancellationRequested)
        {
            try
            {
                await foreach (var happened in Engine.WatchEventsAsync(last - EventOverlap, subscribed, Token))
                {
                    failures = 0;
                    last = happened.At;
                    heard(happened);
                }
            }
            catch (EngineException e)
            {
                _log.LogInformation("The events of an engine are not heard: {Reason}", e.Message);
                broken();
            }
            failures = Math.Min(failures + 1, 5);
            await Task.Delay(TimeSpan.FromMilliseconds(100 << failures), _time, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelSoonAsync();
        await Engine.DisposeAsync();
        _ending.Dispose();
    }
}
