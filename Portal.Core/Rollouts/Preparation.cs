using Portal.Core.Domain;

namespace Portal.Core.Rollouts;

/// <summary>How far a rollout is before anything is touched. Pure.</summary>
/// <param name="IsDone">Whether nothing holds it up.</param>
/// <param name="Words">What it waits for.</param>
/// <param name="Trouble">What holds it up; null for nothing.</param>
/// <param name="IsFinal">Whether waiting longer helps nobody.</param>
/// <param name="ProgressAt">When something last came further; null for never.</param>
public sealed record Preparation(bool IsDone, string Words, string? Trouble, bool IsFinal, DateTimeOffset? ProgressAt)
{
    /// <summary>From what is known.</summary>
    /// <param name="survey">That.</param>
    /// <param name="image">The image's reference.</param>
    /// <param name="nameOf">The name of a host that counts; null for one that is gone or cannot be reached, for which nobody waits.</param>
    /// <param name="isPatient">Whether room may still be found.</param>
    public static Preparation Of(RolloutSurvey survey, string image, Func<HostId, string?> nameOf, bool isPatient)
    {
        if (survey.NoRoom is { } reason)
        {
            return new Preparation(false, $"nothing is touched yet: {reason}", reason, !isPatient, null);
        }
        var counting = survey.Images.Select(i => (Image: i, Host: nameOf(i.Host))).Where(i => i.Host is not null).ToList();
        var open = counting.FindAll(i => i.Image.State != PullState.Ready);
        var progressAt = counting.Select(i => i.Image.At).Max();
        if (open.Count == 0)
        {
            return new Preparation(true, "", null, false, progressAt);
        }
        var failed = open.Find(i => i.Image is { State: PullState.Failed, IsHopeless: true });
        failed = failed.Host is null ? open.Find(i => i.Image.State == PullState.Failed) : failed;
        var trouble = failed.Host is null ? null : $"host {failed.Host}: {failed.Image.Reason.TrimEnd('.')}";
        var words = $"{image} is being pulled before anything is touched; it is there on {counting.Count - open.Count} of {counting.Count} hosts{(trouble is null ? "" : $", {trouble}")}";
        return new Preparation(false, words, trouble, failed.Image is { IsHopeless: true }, progressAt);
    }
}
