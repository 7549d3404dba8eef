using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Agents.Control;

/// <summary>What the events say of a rollout that began, held or ended.</summary>
internal static class RolloutWords
{
    public static (Severity Severity, string Kind, string Words)? Of(string app, RolloutState rollout, RolloutState? before)
    {
        var what = $"the rollout of {app} to revision {rollout.To}";
        return rollout.Status switch
        {
            RolloutStatus.Progressing when before?.Generation == rollout.Generation => (Severity.Info, "RolloutResumed", $"{Capital(what)} goes on: {rollout.Reason}."),
            RolloutStatus.Progressing => (Severity.Info, "RolloutStarted", rollout.From is { } from ? $"{Capital(what)} from {from} began." : $"The first rollout of {app} began, with revision {rollout.To}."),
            RolloutStatus.Paused => (Severity.Info, "RolloutPaused", $"{Capital(what)} holds: {rollout.Reason}."),
            RolloutStatus.RollingBack => (Severity.Warning, "RolloutGoesBack", $"{Capital(what)} goes back to revision {rollout.Base}: {rollout.Reason}."),
            RolloutStatus.Succeeded => (Severity.Info, "RolloutSucceeded", $"{Capital(what)} succeeded: {rollout.Reason}."),
            RolloutStatus.RolledBack => (Severity.Error, "RolloutRolledBack", $"{Capital(what)} was rolled back to revision {rollout.Base}: {rollout.Reason}."),
            RolloutStatus.Failed => (Severity.Error, "RolloutFailed", $"{Capital(what)} failed and stays where it is: {rollout.Reason}."),
            RolloutStatus.Cancelled => (Severity.Warning, "RolloutCancelled", $"{Capital(what)} was cancelled; revision {rollout.Base} runs: {rollout.Reason}."),
            _ => null,
        };
    }

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
