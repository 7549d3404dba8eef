using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>What a page's buttons do to runs of jobs; what they wait for stands with the app's other work.</summary>
/// <param name="jobs">The service, which also says who may do what.</param>
/// <param name="actions">The page's other actions.</param>
/// <param name="actor">Who does it.</param>
public sealed class JobActions(IJobService jobs, AppActions actions, Func<Actor> actor)
{
    public const string Run = "run";

    /// <summary>What is under way for an app.</summary>
    public PendingWork Of(AppId app) => actions.Of(app);

    /// <summary>The name of the work that cancels a run.</summary>
    public static string Cancel(int run) => $"cancel run {run}";

    /// <summary>Why no run can be asked for now; null if one can.</summary>
    public static string? WhyNot(AppView app) => app.Stopped ? "It is stopped: start it first."
        : app.Spec.Job is { Overlap: RunOverlap.Skip } && app.Job?.Recent.FirstOrDefault(r => !r.IsOver) is { } other ? $"Run {other.Number} is under way, and its runs do not overlap."
        : null;

    public Task RunAsync(AppView app)
    {
        var number = 0;
        return actions.RunAsync(app, Run, "Waiting for the run to begin.", async (options, cancellation) =>
        {
            (var changed, number) = await jobs.RunAsync(actor(), app.Team, app.Name, options, cancellation);
            return changed;
        }, seen => seen is null || seen.Job?.Recent.Any(r => r.Number == number && r.Status != RunStatus.Waiting) != false);
    }

    public Task CancelAsync(AppView app, int run) => actions.RunAsync(app, Cancel(run), $"Waiting for run {run} to end.",
        (options, cancellation) => jobs.CancelRunAsync(actor(), app.Team, app.Name, run, options, cancellation),
        seen => seen is null || seen.Job?.Recent.FirstOrDefault(r => r.Number == run) is null or { IsOver: true });
}
