using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Says the runs that a test gives it, and writes down what is asked of them.</summary>
public sealed class FakeJobService(IAppService apps) : IJobService
{
    public List<string> Calls { get; } = [];

    public List<RunDetails> Runs { get; } = [];

    /// <summary>Thrown by the next call, once.</summary>
    public Exception? Refuse { get; set; }

    public async Task<ImmutableArray<RunState>> ListRunsAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        await SeekAsync(actor, team, app, cancellation);
        return [.. Runs.Select(r => r.Run).OrderByDescending(r => r.Number)];
    }

    public async Task<RunDetails> GetRunAsync(Actor actor, string team, string app, int run, CancellationToken cancellation)
    {
        await SeekAsync(actor, team, app, cancellation);
        return Runs.Find(r => r.Run.Number == run) ?? throw RefusedException.NotFound($"run {run} of {team}/{app}");
    }

    public async Task<(AppView App, int Run)> RunAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation)
    {
        var found = await SeekAsync(actor, team, app, cancellation);
        Calls.Add($"run {team}/{app} {options.Message}".TrimEnd());
        var number = Runs.Count + 1;
        Runs.Add(new RunDetails(new RunState { Number = number, Cause = RunCause.Manual, By = actor.Name, Message = options.Message, Status = RunStatus.Waiting, Reason = "waits for its turn", CreatedAt = DateTimeOffset.UnixEpoch }, []));
        return (found, number);
    }

    public async Task<AppView> CancelRunAsync(Actor actor, string team, string app, int run, ChangeOptions options, CancellationToken cancellation)
    {
        var found = await SeekAsync(actor, team, app, cancellation);
        await GetRunAsync(actor, team, app, run, cancellation);
        Calls.Add($"cancel {run} {team}/{app}");
        return found;
    }

    private async Task<AppView> SeekAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        if (Refuse is { } refuse)
        {
            Refuse = null;
            throw refuse;
        }
        return await apps.GetAsync(actor, team, app, cancellation);
    }
}
