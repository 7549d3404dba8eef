using System.Globalization;
using Portal.Core.Domain;

namespace Portal.Core.Alerts;

/// <summary>Whether a rule is met by one thing.</summary>
/// <param name="Subject">What, as <see cref="AlertState.Subject"/>.</param>
/// <param name="Team">Its team's name.</param>
/// <param name="App">Its app.</param>
/// <param name="Host">Its host.</param>
/// <param name="IsMet">Null where it cannot be known now.</param>
/// <param name="Reason">Why, in a sentence without a full stop.</param>
public sealed record AlertFinding(string Subject, string? Team, string? App, string? Host, bool? IsMet, string Reason);

/// <summary>Holds rules against what is there. Pure.</summary>
public static class AlertConditions
{
    /// <summary>A finding for everything that the rule is about.</summary>
    public static IEnumerable<AlertFinding> Of(AlertRule rule, AlertScene scene, DateTimeOffset now) => rule.Kind switch
    {
        AlertKind.AppStatus => AppsOf(rule, scene).Select(a => About(a, rule.States.Contains(a.Status.ToString()), Sentence($"{a.Team}/{a.Name} is {a.Status}", a.Reason))),
        AlertKind.Rollout => AppsOf(rule, scene).Select(a => About(a, a.Rollout is { } status && rule.States.Contains(status.ToString()), Sentence($"The last rollout of {a.Team}/{a.Name} is {a.Rollout}", a.RolloutReason))),
        AlertKind.Restarts => AppsOf(rule, scene).Select(a => OfRestarts(rule, a, scene, now)),
        AlertKind.HostState => HostsOf(rule, scene).Select(h => new AlertFinding($"host:{h.Name}", null, null, h.Name, rule.States.Contains(h.State), Sentence($"Host {h.Name} is {h.State}", h.Reason))),
        _ => rule.Of switch
        {
            AlertGrouping.Host => HostsOf(rule, scene).Select(h => OfUsage(rule, $"host:{h.Name}", null, null, h.Name, $"Host {h.Name}", h.Usage)),
            AlertGrouping.Instance => InstancesOf(rule, scene).Select(i => OfUsage(rule, $"instance:{i.Id.Value}", i.Team, i.App, i.Host, $"{i.Team}/{i.App} replica {i.Slot.ToString(CultureInfo.InvariantCulture)} on {i.Host}", i.Usage)),
            _ => InstancesOf(rule, scene).GroupBy(i => (i.Team, i.App)).Select(g =>
                OfUsage(rule, $"app:{g.Key.Team}/{g.Key.App}", g.Key.Team, g.Key.App, null, $"{g.Key.Team}/{g.Key.App}", g.Select(i => i.Usage).Aggregate((a, b) => a + b))),
        },
    };

    private static AlertFinding OfRestarts(AlertRule rule, AppFacts app, AlertScene scene, DateTimeOffset now)
    {
        var count = scene.Restarts.Since(app.Subject, now - rule.Window);
        return About(app, count > rule.Value, string.Create(CultureInfo.InvariantCulture, $"{app.Team}/{app.Name} restarted {count} times within {DurationText.Format(rule.Window)}; more than {rule.Value:0} are too many"));
    }

    private static AlertFinding OfUsage(AlertRule rule, string subject, string? team, string? app, string? host, string words, UsageFacts usage)
    {
        var isCpu = rule.Metric == Metric.Cpu;
        var (used, most) = isCpu ? (usage.Cpu, usage.CpuLimit) : (usage.Memory, usage.MemoryLimit);
        var value = !rule.Percent ? used : most > 0 ? used / most * 100 : null;
        var what = $"{words} uses {Figure(value, rule, isCpu)} of {(isCpu ? "CPU" : "memory")}, {(rule.Below ? "below" : "above")} {Figure(rule.Value, rule, isCpu)}";
        return new AlertFinding(subject, team, app, host, value is null ? null : rule.Below ? value < rule.Value : value > rule.Value, what);
    }

    private static string Figure(double? value, AlertRule rule, bool isCpu) => value is not { } known ? "an unknown amount"
        : rule.Percent ? string.Create(CultureInfo.InvariantCulture, $"{known:0.#} %")
        : isCpu ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00} cores")
        : string.Create(CultureInfo.InvariantCulture, $"{known / (1 << 20):0.#} MB");

    private static AlertFinding About(AppFacts app, bool isMet, string reason) => new(app.Subject, app.Team, app.Name, null, isMet, reason);

    private static string Sentence(string what, string why) => why.Length == 0 ? what : $"{what}: {why.TrimEnd('.')}";

    private static IEnumerable<AppFacts> AppsOf(AlertRule rule, AlertScene scene) =>
        scene.Apps.Where(a => (rule.TeamId is null || a.TeamId == rule.TeamId) && (rule.App is null || a.Name == rule.App));

    private static IEnumerable<InstanceFacts> InstancesOf(AlertRule rule, AlertScene scene) =>
        scene.Instances.Where(i => (rule.TeamId is null || i.TeamId == rule.TeamId) && (rule.App is null || i.App == rule.App) && (rule.Host is null || i.Host == rule.Host));

    private static IEnumerable<HostFacts> HostsOf(AlertRule rule, AlertScene scene) => scene.Hosts.Where(h => rule.Host is null || h.Name == rule.Host);
}
