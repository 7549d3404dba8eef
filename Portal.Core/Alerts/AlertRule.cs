using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Alerts;

/// <summary>What a rule looks at.</summary>
public enum AlertKind
{
    /// <summary>An app's status.</summary>
    AppStatus,
    /// <summary>How an app's last rollout ended.</summary>
    Rollout,
    /// <summary>A host's state.</summary>
    HostState,
    /// <summary>Used CPU or memory.</summary>
    Metric,
    /// <summary>Restarts of an app's instances within a while.</summary>
    Restarts,
}

/// <summary>Of what a metric is.</summary>
public enum AlertGrouping
{
    /// <summary>An app: the sum over its instances.</summary>
    App,
    /// <summary>Each instance by itself.</summary>
    Instance,
    /// <summary>A host.</summary>
    Host,
}

/// <summary>What to look for, for how long, and whom to tell. Of a team, or of the whole Portal.</summary>
public sealed record AlertRule
{
    /// <summary>Its id.</summary>
    public Guid Id { get; init; }
    /// <summary>Its team; null for one of the whole Portal.</summary>
    public TeamId? TeamId { get; init; }
    /// <summary>The team's name; null as there.</summary>
    public string? Team { get; init; }
    /// <summary>Its name, unique in its team or in the Portal.</summary>
    public required string Name { get; init; }
    /// <summary>What it looks at.</summary>
    public AlertKind Kind { get; init; }
    /// <summary>Only that app; null for every app.</summary>
    public string? App { get; init; }
    /// <summary>Only that host; null for every host.</summary>
    public string? Host { get; init; }
    /// <summary>Of a status, a rollout or a host: the words that it is met by, as <c>Degraded</c>.</summary>
    public ImmutableArray<string> States { get; init; } = [];
    /// <summary>Of a metric: CPU or memory.</summary>
    public Metric Metric { get; init; }
    /// <summary>Of a metric: of what.</summary>
    public AlertGrouping Of { get; init; }
    /// <summary>Whether it is met below the value; else above it.</summary>
    public bool Below { get; init; }
    /// <summary>The bound: cores, bytes, per cent of the limit (of a host: of what it has), or a number of restarts.</summary>
    public double Value { get; init; }
    /// <summary>Whether the bound is in per cent.</summary>
    public bool Percent { get; init; }
    /// <summary>For so long it must be met before it fires.</summary>
    public TimeSpan For { get; init; }
    /// <summary>Of restarts: within so long.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);
    /// <summary>How much to care.</summary>
    public Severity Severity { get; init; } = Severity.Warning;
    /// <summary>Names of the targets that are told, of the same team or the Portal; firing is shown in the pages in any case.</summary>
    public ImmutableArray<string> Targets { get; init; } = [];
    /// <summary>Whether it is in force.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>A time in which what it matches is told to no target.</summary>
/// <param name="TeamId">Only of that team; null for all.</param>
/// <param name="Rule">Only that rule, by name; null for all.</param>
/// <param name="App">Only that app, by name.</param>
/// <param name="Host">Only that host, by name.</param>
/// <param name="From">From then on.</param>
/// <param name="To">Until then.</param>
public sealed record AlertSilence(TeamId? TeamId, string? Rule, string? App, string? Host, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Whether it keeps an alert quiet at that time.</summary>
    public bool Covers(AlertRule rule, AlertState alert, DateTimeOffset now) =>
        From <= now && now < To && (TeamId is null || rule.TeamId == TeamId) && (Rule is null || rule.Name == Rule)
        && (App is null || alert.App == App) && (Host is null || alert.Host == Host);
}
