using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.State.Services;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Looks up, at the beginning of a rollout, whether there is room for it, and has its image pulled where it will be needed.</summary>
internal static class RolloutSurveyor
{
    /// <summary>What is known now; what is to be pulled is added to the batch.</summary>
    public static RolloutSurvey Survey(ControlledState state, AppEntry entry, AppInput app, AssignmentBatch batch, DateTimeOffset now)
    {
        var revision = app.Intent.Revision;
        if (entry.Pulls.Any(p => p.Revision == revision))
        {
            return new RolloutSurvey(null, [.. entry.Pulls.Where(p => p.Revision == revision)]);
        }
        var trial = RolloutTrial.Of(app, state.Hosts, state.Session, now);
        if (trial.NoRoom is not null)
        {
            return new RolloutSurvey(trial.NoRoom, []);
        }
        if (!entry.Pulls.IsEmpty)
        {
            batch.UnwantedPulls.Add(app.Id);
        }
        var missing = trial.Hosts.Where(h => !HasImage(state, entry, app.SpecOf(revision), revision, h)).ToList();
        batch.Pulls.AddRange(missing.Select(h => (app.Id, revision, h)));
        return new RolloutSurvey(null, [.. missing.Select(h => new PulledImage { Host = h, Revision = revision })]);
    }

    /// <summary>Whether a host surely has what an instance there would run. What has to be looked up is for the host to say.</summary>
    private static bool HasImage(ControlledState state, AppEntry entry, AppSpec spec, int revision, HostId host)
    {
        var known = entry.Images.GetValueOrDefault(revision);
        var pull = WantedPull.Of(entry.App.Input.Id, revision, entry.App.TeamId, spec, known?.Digest, known?.ResolvesAnew ?? true);
        return spec.Pull switch
        {
            PullPolicy.Never => true,
            PullPolicy.IfNotPresent => pull.Images.All(i => !i.ResolvesAnew && state.ImagesOf(host).Contains(ImageChoice.Canonical(i.Reference))),
            _ => false,
        };
    }
}
