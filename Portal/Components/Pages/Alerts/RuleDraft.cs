using System.Globalization;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;

namespace Portal.Components.Pages.Alerts;

/// <summary>A rule while it is typed.</summary>
public sealed class RuleDraft
{
    /// <summary>The name of the rule that is changed; null for a new one.</summary>
    public string? Known { get; init; }
    public string Team { get; set; } = "";
    public string Name { get; set; } = "";
    public AlertKind Kind { get; set; } = AlertKind.AppStatus;
    public string App { get; set; } = "";
    public string Host { get; set; } = "";
    public HashSet<string> States { get; } = [nameof(AppStatus.Degraded), nameof(AppStatus.Failed)];
    public Metric Metric { get; set; } = Metric.Memory;
    public AlertGrouping Of { get; set; } = AlertGrouping.Instance;
    public bool Below { get; set; }
    public string Value { get; set; } = "90";
    public string Unit { get; set; } = "percent";
    public string For { get; set; } = "1m";
    public string Window { get; set; } = "10m";
    public Severity Severity { get; set; } = Severity.Warning;
    public HashSet<string> Targets { get; } = [];
    public bool Enabled { get; set; } = true;

    /// <summary>The kinds that can be of the team that is chosen.</summary>
    public bool IsPortal => Team.Length == 0;

    public static RuleDraft From(AlertRule rule)
    {
        var draft = new RuleDraft
        {
            Known = rule.Name, Team = rule.Team ?? "", Name = rule.Name, Kind = rule.Kind, App = rule.App ?? "", Host = rule.Host ?? "", Metric = rule.Metric, Of = rule.Of, Below = rule.Below,
            For = DurationText.Format(rule.For), Window = DurationText.Format(rule.Window), Severity = rule.Severity, Enabled = rule.Enabled,
            Unit = rule.Percent ? "percent" : rule.Metric == Metric.Cpu ? "cores" : "mb",
        };
        draft.Value = (draft.Unit == "mb" && rule.Kind == AlertKind.Metric ? rule.Value / (1 << 20) : rule.Value).ToString("0.##", CultureInfo.InvariantCulture);
        draft.States.Clear();
        draft.States.UnionWith(rule.States);
        draft.Targets.UnionWith(rule.Targets);
        return draft;
    }

    /// <summary>Keeps only the states that the kind knows, and names the usual ones where none is left.</summary>
    public void Choose(AlertKind kind)
    {
        Kind = kind;
        States.IntersectWith(AlertRules.StatesOf(kind));
        if (States.Count == 0)
        {
            States.UnionWith(kind switch
            {
                AlertKind.AppStatus => [nameof(AppStatus.Degraded), nameof(AppStatus.Failed)],
                AlertKind.Rollout => AlertRules.StatesOf(kind),
                AlertKind.HostState => ["Unreachable"],
                _ => [],
            });
        }
        Value = kind == AlertKind.Restarts ? "3" : Value;
    }

    public AlertScope Scope => IsPortal ? AlertScope.Portal : new AlertScope(Team);

    /// <summary>The rule, and what cannot even be sent.</summary>
    public (AlertRule Rule, IReadOnlyList<Fault> Faults) Read()
    {
        var faults = new List<Fault>();
        var value = 0.0;
        if (Kind is AlertKind.Metric or AlertKind.Restarts && (!double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || value < 0))
        {
            faults.Add(new Fault("value", "must be a number from 0 on"));
        }
        var percent = Unit == "percent";
        var rule = new AlertRule
        {
            Name = Name.Trim(), Kind = Kind, App = IsPortal || Kind == AlertKind.HostState || App.Length == 0 ? null : App, Host = Host.Length == 0 ? null : Host,
            States = [.. AlertRules.StatesOf(Kind).Where(States.Contains)], Metric = Metric, Of = Kind == AlertKind.Metric ? Of : AlertGrouping.App, Below = Below,
            Percent = Kind == AlertKind.Metric && percent, Value = Kind == AlertKind.Metric && Metric == Metric.Memory && !percent ? value * (1 << 20) : value,
            For = Duration("for", For), Window = Duration("window", Window), Severity = Severity, Targets = [.. Targets.Order(StringComparer.Ordinal)], Enabled = Enabled,
        };
        return (rule, faults);

        TimeSpan Duration(string path, string text)
        {
            if (DurationText.TryParse(text.Trim(), out var duration))
            {
                return duration;
            }
            faults.Add(new Fault(path, "a duration such as 30s, 5m or 1h"));
            return TimeSpan.FromMinutes(1);
        }
    }
}
