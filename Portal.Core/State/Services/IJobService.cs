using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>
/// What pages and endpoints do with jobs and their runs. Each call checks what the actor may do and throws <see cref="RefusedException"/>:
/// unprocessable where the app is no job. A refused call changes nothing.
/// </summary>
public interface IJobService
{
    /// <summary>A job's runs that are kept, newest first.</summary>
    Task<ImmutableArray<RunState>> ListRunsAsync(Actor actor, string team, string app, CancellationToken cancellation);
    /// <summary>One run with its instances.</summary>
    Task<RunDetails> GetRunAsync(Actor actor, string team, string app, int run, CancellationToken cancellation);
    /// <summary>Asks for a run.</summary>
    /// <returns>The app, and the run's number.</returns>
    Task<(AppView App, int Run)> RunAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Ends a run that is under way, or has not begun.</summary>
    Task<AppView> CancelRunAsync(Actor actor, string team, string app, int run, ChangeOptions options, CancellationToken cancellation);
}
