using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps;

/// <summary>How an app is, in a sentence.</summary>
public static class AppSentence
{
    public static string Of(AppView app)
    {
        if (app.Deleting)
        {
            return "Being deleted: its containers are stopping.";
        }
        var said = app.Reason.Trim();
        return said.Length > 0 ? (said[^1] is '.' or '!' or '?' ? said : said + ".") : ByStatus(app);
    }

    /// <summary>The same where the last rollout is told in full beside it: without that part.</summary>
    public static string BesideRollout(AppView app) => (app.Status, RolloutWords.LastOf(app)) switch
    {
        _ when app.Deleting => Of(app),
        (AppStatus.Progressing, { IsOver: false, From: not null } rollout) => RolloutWords.Outcome(rollout),
        (AppStatus.Running or AppStatus.Healthy, { IsOver: true } rollout) when RolloutWords.EndedOtherwise(rollout) => ByStatus(app),
        _ => Of(app),
    };

    private static string ByStatus(AppView app) => app.Status switch
    {
        AppStatus.Stopped => "Stopped on purpose; its data stays.",
        AppStatus.Running => $"{Instances(app)} running; nothing checks {(app.Desired == 1 ? "its" : "their")} health.",
        AppStatus.Healthy => $"{Instances(app)} running and healthy.",
        AppStatus.Progressing => $"A change is under way: {app.Updated} of {app.Desired} are on revision {app.Revision}.",
        AppStatus.Degraded => $"{app.Healthy} of {app.Desired} are ready.",
        AppStatus.Pending => $"{app.Desired - app.Running} of {app.Desired} wait for a host.",
        AppStatus.Unknown => "The hosts that carry it cannot be reached.",
        _ => "Nothing serves.",
    };

    private static string Instances(AppView app) => app.Desired == 0 ? "No instance is wanted, none" : $"{app.Running} of {Words.Count(app.Desired, "instance")}";
}
