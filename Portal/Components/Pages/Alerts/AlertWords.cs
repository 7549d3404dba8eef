using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Components.Controls;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;

namespace Portal.Components.Pages.Alerts;

/// <summary>Alerts and rules in words and links.</summary>
public static class AlertWords
{
    public static Look Of(AlertView alert) => alert.State.Phase switch
    {
        AlertPhase.Resolved => new Look("Resolved", "check", "idle"),
        AlertPhase.Pending => new Look("Pending", "pending", "work"),
        _ when alert.Severity == Severity.Info => new Look("Firing", "bell", "work"),
        _ => new Look("Firing", "bell", alert.Severity == Severity.Error ? "bad" : "warn"),
    };

    public static string NameOf(AlertState state) => state switch
    {
        { App: { } app, Host: { } host } => $"{state.Team}/{app} on {host}",
        { App: { } app } => $"{state.Team}/{app}",
        _ => state.Host ?? state.Subject,
    };

    public static string Href(AlertState state) => state switch
    {
        { Team: { } team, App: { } app } => $"/apps/{team}/{app}",
        { Host: { } host } => $"/hosts/{host}",
        _ => "/alerts",
    };

    public static string SilenceHref(AlertView alert) => QueryHelpers.AddQueryString("/alerts", new Dictionary<string, string?>
    {
        ["tab"] = "silences", ["team"] = alert.RuleTeam, ["rule"] = alert.Rule, ["app"] = alert.State.App, ["on"] = alert.State.Host,
    }.Where(v => v.Value is not null));

    /// <summary>What a rule looks for, in a sentence.</summary>
    public static string Sentence(AlertRule rule)
    {
        var lasts = rule.For > TimeSpan.Zero ? $" for {DurationText.Format(rule.For)}" : "";
        var app = rule.App is { } name ? $"app {name}" : "any app";
        return rule.Kind switch
        {
            AlertKind.AppStatus => $"{app} is {Or(rule)}{lasts}",
            AlertKind.Rollout => $"the last rollout of {app} is {Or(rule)}{lasts}",
            AlertKind.HostState => $"{(rule.Host is { } host ? $"host {host}" : "any host")} is {Or(rule)}{lasts}",
            AlertKind.Restarts => $"{app} restarted more than {Number(rule.Value)} times within {DurationText.Format(rule.Window)}{lasts}",
            _ => $"{(rule.Metric == Metric.Cpu ? "CPU" : "memory")} of {(rule.Of == AlertGrouping.Host ? rule.Host ?? "any host" : rule.Of == AlertGrouping.Instance ? $"an instance of {app}" : app)} is {(rule.Below ? "below" : "above")} {Bound(rule)}{lasts}",
        };
    }

    private static string Bound(AlertRule rule) => rule.Percent ? $"{Number(rule.Value)} % of its limit" : rule.Metric == Metric.Cpu ? $"{Number(rule.Value)} cores" : MemoryText.Format((long)rule.Value);

    private static string Or(AlertRule rule) => string.Join(" or ", rule.States);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
