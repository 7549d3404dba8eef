using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Core.Reconciliation;

/// <summary>Finds out what is there of an app's rollout, and takes it one step further.</summary>
internal static class RolloutStep
{
    /// <summary>A new instance that fits nowhere for so long, with every host there to take it, shows that there is no room for the new revision.</summary>
    private static readonly TimeSpan RoomPatience = TimeSpan.FromSeconds(10);

    /// <summary>The rollout as it stands before this round.</summary>
    public static RolloutState Begin(AppInput app, DateTimeOffset now)
    {
        int? running = app.Instances.Where(i => i.Desired == DesiredState.Run && i.Revision != app.Intent.Revision).Select(i => (int?)i.Revision).Max();
        return RolloutRule.Of(app.Intent, app.Rollout, running, now);
    }

    /// <summary>Whether it is to be looked up first if there is room, and its image where it is needed. An app's first rollout has nothing that could come to harm.</summary>
    public static bool NeedsSurvey(RolloutState rollout) => rollout is { IsOver: false, PreparedAt: null, From: not null, Status: RolloutStatus.Progressing or RolloutStatus.Paused };

    /// <summary>Takes it further.</summary>
    public static void Apply(Round round, SlotPlan plan)
    {
        var rollout = round.Rollout;
        var wanted = plan.Wanted.Select(s => s.Number).ToHashSet();
        foreach (var gone in rollout.Slots.Keys.Where(s => !wanted.Contains(s)))
        {
            rollout = rollout.WithSlot(gone, rollout.Base);
        }
        if (rollout.Status == RolloutStatus.RollingBack)
        {
            // A slot that has nothing of the new revision, or nothing at all, is back already.
            foreach (var back in rollout.Slots.Keys.Where(s => round.RunningIn(s).TrueForAll(i => i.Revision == rollout.Base)))
            {
                rollout = rollout.WithSlot(back, rollout.Base);
            }
        }
        var (advanced, wakeAt) = RolloutRule.Advance(rollout, round.App.Intent, round.App.Spec.Update, Facts(round, plan, rollout), round.Now);
        if (wakeAt is { } at)
        {
            round.Wake(at);
        }
        round.Adopt(advanced, Open(round, plan, advanced));
    }

    private static RolloutFacts Facts(Round round, SlotPlan plan, RolloutState rollout)
    {
        var goal = rollout.Status == RolloutStatus.RollingBack ? rollout.Base : rollout.To;
        var instances = plan.Wanted.Select(s => round.RunningIn(s.Number)).ToList();
        var updated = instances.Count(slot => slot.Exists(i => i.Revision == goal && round.IsAvailable(i)));
        var others = instances.Sum(slot => slot.Count(i => i.Revision != goal)) + round.StoppingOf(i => i.Revision != goal);
        var trouble = instances.SelectMany(slot => slot).Where(i => i.Revision == rollout.To)
            .Select(i => Trouble(round, rollout, i)).OrderByDescending(t => t.IsFinal).FirstOrDefault(t => t.Words is not null);
        return new RolloutFacts(plan.Wanted.Length, updated, others, trouble.Words, trouble.IsFinal, PreparationOf(round, rollout));
    }

    private static Preparation? PreparationOf(Round round, RolloutState rollout)
    {
        if (round.App.Survey is not { } survey || !NeedsSurvey(rollout))
        {
            return null;
        }
        var patienceEnds = rollout.StartedAt + RoomPatience;
        if (survey.NoRoom is not null && patienceEnds > round.Now)
        {
            round.Wake(patienceEnds);
        }
        return Preparation.Of(survey, round.App.SpecOf(rollout.To).Image, id => round.Hosts.TryGetValue(id, out var host) && !host.IsLost ? host.Name : null, patienceEnds > round.Now || IsShort(round));
    }

    /// <summary>Whether hosts are away or being emptied, so that there may be more room before long.</summary>
    private static bool IsShort(Round round) => round.Hosts.Values.Any(h => h.IsLost || h.Availability == Availability.Draining);

    private static (string? Words, bool IsFinal) Trouble(Round round, RolloutState rollout, InstanceInput instance)
    {
        if (round.IsLost(instance) || round.IsReady(instance))
        {
            return default;
        }
        if (instance.Host is null)
        {
            var patienceEnds = instance.CreatedAt + RoomPatience;
            if (instance.PendingReason is null)
            {
                return default;
            }
            if (patienceEnds > round.Now)
            {
                round.Wake(patienceEnds);
            }
            return ($"{Name(instance)} fits nowhere: {instance.PendingReason.TrimEnd('.')}", patienceEnds <= round.Now && !IsShort(round));
        }
        var where = $"{Name(instance)} on {round.HostName(instance.Host)}";
        return instance.Observed switch
        {
            { Failure: InstanceFailure.Exited } observed => ($"{where}: {Clause(observed.Reason)}", true),
            { Failure: InstanceFailure.CrashLoop or InstanceFailure.EngineTrouble } observed => ($"{where}: {Clause(observed.Reason)}", IsHopeless(round, rollout, instance)),
            { Failure: not InstanceFailure.None } observed => ($"{where}: {Clause(observed.Reason)}", false),
            { Health: Health.Unhealthy } observed => ($"{where} is unhealthy{(observed.Reason.Length > 0 ? $": {Clause(observed.Reason)}" : "")}", false),
            { State: not InstanceState.Running, Reason.Length: > 0 } observed => ($"{where}: {Clause(observed.Reason)}", false),
            _ => default,
        };
    }

    /// <summary>It failed on a second host, or there is none to try.</summary>
    private static bool IsHopeless(Round round, RolloutState rollout, InstanceInput failing)
    {
        var tried = round.App.Failures.Where(f => f.Revision == rollout.To && f.At >= rollout.StartedAt).Select(f => f.Host).Append(failing.Host!.Value).Distinct().ToList();
        return tried.Count > 1 || !Failures.Untried(round, tried);
    }

    /// <summary>The slots that may have the new revision now: those that do, and as many more as the step allows.</summary>
    private static HashSet<int> Open(Round round, SlotPlan plan, RolloutState rollout)
    {
        var limit = RolloutRule.Limit(rollout, round.App.Spec.Update, plan.Wanted.Length);
        return [.. plan.Wanted.Select(s => s.Number).OrderByDescending(n => rollout.RevisionOf(n) == rollout.To).ThenBy(n => n).Take(limit)];
    }

    private static string Name(InstanceInput instance) => instance.Epoch == 1 ? $"replica {instance.Slot}" : $"replica {instance.Slot} (its {Ordinal(instance.Epoch)} container)";

    private static string Ordinal(long number) => (number % 100 is >= 11 and <= 13 ? 0 : number % 10) switch
    {
        1 => $"{number}st",
        2 => $"{number}nd",
        3 => $"{number}rd",
        _ => $"{number}th",
    };

    private static string Clause(string reason) => reason.TrimEnd('.');
}
