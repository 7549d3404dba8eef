using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>What a page's buttons do to apps, and what each app still waits for. One for each page.</summary>
/// <param name="apps">The service, which also says who may do what.</param>
/// <param name="actor">Who does it.</param>
/// <param name="refused">Told of a call that failed.</param>
public sealed class AppActions(IAppService apps, Func<Actor> actor, Action<Exception> refused)
{
    public const string Restart = "restart";
    public const string Deploy = "deploy";
    public const string Stop = "stop";
    public const string Start = "start";

    private readonly Dictionary<AppId, PendingWork> _works = [];
    private LiveSnapshot? _seen;

    /// <summary>Why an actor may not change an app now; null if they may.</summary>
    public static string? WhyNot(Actor actor, AppView app) => app.Deleting ? "It is being deleted."
        : actor.Has(app.TeamId, TeamRole.Deployer) ? null : $"You may look at the apps of {app.Team}, but not change them.";

    /// <summary>What is under way for an app.</summary>
    public PendingWork Of(AppId app)
    {
        if (!_works.TryGetValue(app, out var work))
        {
            _works[app] = work = new PendingWork();
        }
        return work;
    }

    /// <summary>Looks at a new snapshot: what was waited for may have come.</summary>
    public void Observe(LiveSnapshot snapshot)
    {
        _seen = snapshot;
        foreach (var (id, work) in _works)
        {
            work.Observe(snapshot.Apps.GetValueOrDefault(id));
        }
    }

    /// <summary>Throws what is refused: the scale control says so itself, and waits by itself for the count to be seen.</summary>
    public Task ScaleAsync(AppView app, int replicas) => apps.ScaleAsync(actor(), app.Team, app.Name, replicas, new ChangeOptions(), CancellationToken.None);

    public Task RestartAsync(AppView app) => RunAsync(app, Restart, "Waiting for the controller to begin replacing the containers.",
        (options, cancellation) => apps.RestartAsync(actor(), app.Team, app.Name, options, cancellation));

    public Task DeployAsync(AppView app, string? image, string? message = null) => RunAsync(app, Deploy, "Waiting for the controller to begin the new revision.",
        (options, cancellation) => apps.DeployAsync(actor(), app.Team, app.Name, image, options with { Message = message }, cancellation));

    public Task StopAsync(AppView app) => RunAsync(app, Stop, $"Waiting for {Words.Count(app.Running, "container")} to stop.",
        (options, cancellation) => apps.StopAsync(actor(), app.Team, app.Name, options, cancellation), seen => seen is null or { Running: 0 });

    public Task StartAsync(AppView app) => RunAsync(app, Start, "Waiting for the controller to place the instances.",
        (options, cancellation) => apps.StartAsync(actor(), app.Team, app.Name, options, cancellation), seen => seen is null or { Stopped: false });

    /// <summary>Sends a change, and waits for the controller to act on it.</summary>
    /// <param name="app">The app.</param>
    /// <param name="action">Which button began it.</param>
    /// <param name="sentence">What is waited for.</param>
    /// <param name="call">Sends it.</param>
    /// <param name="done">What must be seen besides.</param>
    internal async Task RunAsync(AppView app, string action, string sentence, Func<ChangeOptions, CancellationToken, Task<AppView>> call, Func<AppView?, bool>? done = null)
    {
        var work = Of(app.Id);
        work.Begin(action);
        try
        {
            var changed = await call(new ChangeOptions(), CancellationToken.None);
            work.Sent(changed.Generation, sentence, done);
            if (_seen?.Apps.GetValueOrDefault(app.Id) is { } seen)
            {
                // It may have been seen before the answer came.
                work.Observe(seen);
            }
        }
        catch (Exception e)
        {
            work.End();
            refused(e);
        }
    }
}
