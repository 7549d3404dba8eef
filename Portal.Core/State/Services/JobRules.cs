using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>What can and cannot be done with jobs, in words.</summary>
internal static class JobRules
{
    /// <summary>Refuses what makes no sense for a job.</summary>
    /// <param name="app">The app.</param>
    /// <param name="what">What cannot be done, to follow <c>cannot be</c>.</param>
    public static void Refuse(AppRow app, string what)
    {
        if (SpecCodec.FromCanonical(app.Spec).Kind == AppKind.Job)
        {
            throw new RefusedException(RefusalKind.Unprocessable, $"{app.Name} is a job and cannot be {what}.");
        }
    }

    /// <summary>A job has runs, and every other app has a rollout: neither becomes the other.</summary>
    public static void RefuseOtherKind(AppSpec present, AppSpec wanted, string app)
    {
        if (present.Kind != wanted.Kind && (present.Kind == AppKind.Job || wanted.Kind == AppKind.Job))
        {
            throw new RefusedException(RefusalKind.Unprocessable, present.Kind == AppKind.Job
                ? $"{app} is a job and stays one; delete it, or put an app of another name."
                : $"{app} is no job and cannot become one; delete it, or put a job of another name.", new Fault("kind", "cannot change from or to job"));
        }
    }

    /// <summary>What a job does, in words.</summary>
    public static string Describe(JobSpec job)
    {
        var instances = job.Completions == 1 ? "one instance" : $"{job.Completions} instances, {job.AtOnce} at once";
        return job.Schedule is { } schedule ? $"a job of {instances}, by the schedule “{schedule}” ({job.TimeZone})" : $"a job of {instances}";
    }
}
