using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>How the number of an app's replicas follows its load. A policy: changing it makes no revision.</summary>
public sealed record ScalingSpec
{
    /// <summary>Whether it is in force; switched off it is only kept.</summary>
    public bool Enabled { get; init; } = true;
    /// <summary>The fewest replicas; at least 1.</summary>
    public int Min { get; init; } = 1;
    /// <summary>The most replicas.</summary>
    public int Max { get; init; } = 1;
    /// <summary>What the number follows; the metric that asks for most decides.</summary>
    public ImmutableArray<ScalingMetric> Metrics { get; init; } = [];
    /// <summary>Times at which other bounds hold.</summary>
    public ImmutableArray<ScalingSchedule> Schedules { get; init; } = [];
    /// <summary>How fast it may grow.</summary>
    public ScalingPace ScaleOut { get; init; } = new(TimeSpan.Zero, new CountOrPercent(100, IsPercent: true), TimeSpan.FromSeconds(15));
    /// <summary>How fast it may shrink.</summary>
    public ScalingPace ScaleIn { get; init; } = new(TimeSpan.FromMinutes(5), new CountOrPercent(100, IsPercent: true), TimeSpan.FromSeconds(15));
    /// <summary>Deviations from a target up to so many per cent of it change nothing.</summary>
    public int TolerancePercent { get; init; } = 10;

    /// <summary>A number brought between the bounds; 0 stays, for then nothing is scaled.</summary>
    public int Clamp(int replicas) => replicas == 0 ? 0 : Math.Clamp(replicas, Min, Max);
}

/// <summary>Where the figures of a metric come from.</summary>
public enum ScalingMetricKind
{
    /// <summary>Used processor time.</summary>
    Cpu,
    /// <summary>Used memory.</summary>
    Memory,
    /// <summary>A metric that the app itself serves in Prometheus' text format.</summary>
    Prometheus,
}

/// <summary>One thing that the number of replicas follows.</summary>
public sealed record ScalingMetric
{
    /// <summary>What is measured.</summary>
    public required ScalingMetricKind Kind { get; init; }
    /// <summary>What each instance should have on average.</summary>
    public required ScalingTarget Target { get; init; }
    /// <summary>The app's port that serves it; null for what is not asked from the app.</summary>
    public string? Port { get; init; }
    /// <summary>Where on that port.</summary>
    public string Path { get; init; } = "/metrics";
    /// <summary>The metric's name there; null for what is not asked from the app.</summary>
    public string? Name { get; init; }
    /// <summary>Labels that its series must have; several that match are summed.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    /// <summary>Whether it is a counter of which the growth a second is meant.</summary>
    public bool Rate { get; init; }

    /// <summary>Names its figures, whatever their target: <c>cpu</c>, <c>memory</c>, or what is read from where.</summary>
    public string Source => Kind == ScalingMetricKind.Prometheus
        ? $"{Port}{Path} {Name}{{{string.Join(',', Labels.Select(l => $"{l.Key}={l.Value}"))}}}{(Rate ? " rate" : "")}" : Kind == ScalingMetricKind.Cpu ? "cpu" : "memory";

    /// <summary>As sentences name it.</summary>
    public string Title => Name ?? Source;
}

/// <summary>What each instance should have on average.</summary>
/// <param name="Value">Per cent, or an amount in the metric's unit: cores, bytes, or whatever the app's own metric counts.</param>
/// <param name="IsPercent">Whether it is a share of what is set aside for an instance, or of its limit where nothing is set aside.</param>
public readonly record struct ScalingTarget(double Value, bool IsPercent = false);

/// <summary>Bounds that hold at certain times of the week.</summary>
public sealed record ScalingSchedule
{
    /// <summary>Days of the week on which it begins, as cron writes them: <c>mon-fri</c>, <c>sat,sun</c>, <c>*</c>.</summary>
    public string Days { get; init; } = "*";
    /// <summary>When it begins.</summary>
    public TimeSpan From { get; init; }
    /// <summary>When it ends, on the next day where that is not after <see cref="From"/>; up to 24 h.</summary>
    public TimeSpan To { get; init; } = TimeSpan.FromHours(24);
    /// <summary>The IANA name of its time zone.</summary>
    public string TimeZone { get; init; } = "UTC";
    /// <summary>At least so many; null for what holds anyway.</summary>
    public int? Min { get; init; }
    /// <summary>At most so many; null for what holds anyway.</summary>
    public int? Max { get; init; }

    /// <summary>A time of day as the API writes it.</summary>
    public static string TimeText(TimeSpan time) => $"{(int)time.TotalHours:00}:{time.Minutes:00}";

    /// <inheritdoc/>
    public override string ToString() => $"{(Days == "*" ? "daily" : Days)} {TimeText(From)}–{TimeText(To)} {TimeZone}";
}

/// <summary>How fast the number may change in one direction.</summary>
/// <param name="Stabilization">Only what was right for as long as this is done.</param>
/// <param name="Step">At most so many more or fewer within a period; 0: none by itself.</param>
/// <param name="Period">That period.</param>
public sealed record ScalingPace(TimeSpan Stabilization, CountOrPercent Step, TimeSpan Period);
