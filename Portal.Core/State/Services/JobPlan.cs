using System.Collections.Immutable;
using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Jobs;
using Portal.Core.Scheduling;

namespace Portal.Core.State.Services;

/// <summary>Says what a change of a job would do: which run begins, and where its first instances go; or when the next one does.</summary>
internal static class JobPlan
{
    private const int TimesShown = 3;

    public static PlanView Of(PaperCluster cluster, PaperApp app, AppSpec wanted, ImmutableArray<FieldChange> changes, bool makesRevision, DateTimeOffset now)
    {
        var job = wanted.Job ?? new JobSpec();
        var notes = ImmutableArray.CreateBuilder<string>();
        var runsNow = makesRevision && job.Schedule is null && !app.Input.Stopped;
        if (app.Input.Stopped)
        {
            notes.Add("The app is stopped: nothing runs until it is started.");
        }
        if (runsNow)
        {
            notes.Add(job.Completions == 1 ? "It runs once, at once." : $"It runs once, at once: {job.Completions} instances, {job.AtOnce} at the same time.");
        }
        else if (changes.IsEmpty)
        {
            notes.Add("Nothing changes.");
        }
        else if (app.Input.Epochs.Count > 0)
        {
            notes.Add("A run under way goes on as it began; the change applies from the next one on.");
        }
        if (Clock.Of(job) is { } clock)
        {
            notes.Add($"By its schedule it runs next at {string.Join(", ", Times(clock, now))}.");
        }
        var (steps, unplaced) = runsNow ? Place(cluster, app, wanted, job) : ([], []);
        notes.AddRange(unplaced);
        return new PlanView(changes, steps, notes.ToImmutable());
    }

    private static IEnumerable<string> Times(Clock clock, DateTimeOffset now)
    {
        var from = now;
        for (var i = 0; i < TimesShown && clock.Next(from) is { } at; i++)
        {
            from = at;
            yield return at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
        }
    }

    private static (ImmutableArray<PlanStep> Steps, IEnumerable<string> Unplaced) Place(PaperCluster cluster, PaperApp app, AppSpec wanted, JobSpec job)
    {
        var requests = Enumerable.Range(1, job.AtOnce).Select(slot => new PlacementRequest
        {
            Instance = InstanceId.Of(app.Input.Id, slot, app.Input.Epochs.GetValueOrDefault(slot) + 1),
            App = app.Input.Id,
            Slot = slot,
            Spec = wanted,
        }).ToList();
        var slots = requests.ToDictionary(r => r.Instance, r => r.Slot);
        var result = cluster.Session.Place(requests);
        return ([.. result.Placed.OrderBy(p => slots[p.Instance]).Select(p => new PlanStep(cluster.HostName(p.Host), slots[p.Instance], $"Instance {slots[p.Instance]} starts on {cluster.HostName(p.Host)}.", "noRestart"))],
            result.Unplaced.OrderBy(u => slots[u.Instance]).Select(u => $"Instance {slots[u.Instance]} fits nowhere: {u.Reason.TrimEnd('.')}."));
    }
}
