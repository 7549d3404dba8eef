using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Portal.Core.Domain.Bodies;
using Portal.Core.Domain.Cron;

namespace Portal.Core.Domain.Specs;

/// <summary>How the number of replicas follows the load.</summary>
internal static partial class ScalingPart
{
    private const int MaxMetrics = 10;
    private const int MaxSchedules = 50;
    private const double MostPercent = 10_000;
    private const double MostCores = 10_000;
    private const double MostUnits = 1e15;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);

    /// <param name="body">The spec.</param>
    /// <param name="kind">The app's kind.</param>
    /// <param name="ports">The app's ports; null where they have faults of their own.</param>
    /// <param name="resources">What shares are of.</param>
    public static ScalingSpec? Read(BodyReader body, AppKind kind, ImmutableArray<PortSpec>? ports, ResourcesSpec resources)
    {
        var named = body.Has("scaling");
        var reader = body.Object("scaling");
        var scaling = reader.IsPresent ? Read(reader, ports, resources) : null;
        if (named && kind != AppKind.Service)
        {
            if (!body.Faults.Has(body.PathOf("kind")))
            {
                body.Fault("scaling", kind == AppKind.Global ? "must be left out: an app of kind global has one instance on each fitting host"
                    : "must be left out: job.completions and job.parallelism say how many instances a job has");
            }
            return null;
        }
        return scaling;
    }

    /// <summary>The policy by itself.</summary>
    public static ScalingSpec Read(BodyReader scaling, ImmutableArray<PortSpec>? ports, ResourcesSpec resources)
    {
        var defaults = new ScalingSpec();
        var spec = new ScalingSpec
        {
            Enabled = scaling.Boolean("enabled") ?? true,
            Min = scaling.Whole("min", 1, SpecReader.MaxReplicas) ?? 1,
            Max = scaling.RequireWhole("max", 1, SpecReader.MaxReplicas),
            ScaleOut = ReadPace(scaling.Object("scaleOut"), defaults.ScaleOut),
            ScaleIn = ReadPace(scaling.Object("scaleIn"), defaults.ScaleIn),
            TolerancePercent = ReadTolerance(scaling) ?? defaults.TolerancePercent,
        };
        if (spec.Min > spec.Max && !scaling.Faults.Has(scaling.PathOf("max")))
        {
            scaling.Fault("min", "must not be more than max");
        }
        spec = spec with { Metrics = ReadMetrics(scaling, ports, resources), Schedules = ReadSchedules(scaling, spec) };
        if (spec.Metrics.IsEmpty && spec.Schedules.IsEmpty && !scaling.Has("metrics") && !scaling.Has("schedules"))
        {
            scaling.Fault("metrics", "is required, unless there are schedules");
        }
        else if (spec.Metrics.IsEmpty && spec.Schedules.IsEmpty && !scaling.Faults.Has(scaling.PathOf("metrics")) && !scaling.Faults.Has(scaling.PathOf("schedules")))
        {
            scaling.Fault("metrics", "must not be empty, unless there are schedules");
        }
        return spec;
    }

    private static ScalingPace ReadPace(BodyReader pace, ScalingPace defaults) => new(
        pace.Duration("stabilization", TimeSpan.Zero, LongestWindow) ?? defaults.Stabilization,
        UpdatePart.ReadAmount(pace, "step") ?? defaults.Step,
        pace.Duration("period", Second, LongestPeriod) ?? defaults.Period);

    private static int? ReadTolerance(BodyReader scaling)
    {
        if (scaling.Take("tolerance") is not { } node)
        {
            return null;
        }
        if (PercentOf(node) is { } percent && percent <= 90 && percent == Math.Floor(percent))
        {
            return (int)percent;
        }
        scaling.Fault("tolerance", "must be a share from \"0%\" to \"90%\"");
        return null;
    }

    private static ImmutableArray<ScalingMetric> ReadMetrics(BodyReader scaling, ImmutableArray<PortSpec>? ports, ResourcesSpec resources)
    {
        var metrics = ImmutableArray.CreateBuilder<ScalingMetric>();
        foreach (var reader in scaling.Objects("metrics", MaxMetrics))
        {
            var kind = reader.Require("metric") ? reader.Choice<ScalingMetricKind>("metric") : null;
            if (kind is null)
            {
                foreach (var field in new[] { "target", "port", "path", "name", "labels", "rate" })
                {
                    reader.Take(field);
                }
                continue;
            }
            var metric = new ScalingMetric { Kind = kind.Value, Target = ReadTarget(reader, kind.Value, resources) ?? default };
            if (kind == ScalingMetricKind.Prometheus)
            {
                metric = ReadPrometheus(reader, metric, ports);
            }
            if (metrics.Any(m => m.Source == metric.Source) && !reader.Faults.Has(reader.Path))
            {
                reader.Fault("metric", "must not be named twice");
            }
            metrics.Add(metric);
        }
        return metrics.ToImmutable();
    }

    private static ScalingMetric ReadPrometheus(BodyReader reader, ScalingMetric metric, ImmutableArray<PortSpec>? ports)
    {
        var port = reader.Text("port", NameRules.CheckDnsLabel, required: true);
        if (port is not null && ports is { } known)
        {
            if (known.FirstOrDefault(p => p.Name == port) is not { } there)
            {
                reader.Fault("port", $"must name one of the app's ports; there is none named {port}");
            }
            else if (there.Protocol != "tcp")
            {
                reader.Fault("port", "must be a tcp port");
            }
        }
        return metric with
        {
            Port = port,
            Path = reader.Text("path", HealthPart.CheckPath) ?? metric.Path,
            Name = reader.Text("name", n => MetricName().IsMatch(n) ? null : "must be the name of a metric, such as http_requests_total", required: true),
            Labels = reader.TextMap("labels", n => LabelName().IsMatch(n) ? null : "must be letters, digits and underscores", 1000),
            Rate = reader.Boolean("rate") ?? false,
        };
    }

    private static ScalingTarget? ReadTarget(BodyReader reader, ScalingMetricKind kind, ResourcesSpec resources)
    {
        if (!reader.Require("target") || reader.Take("target") is not { } node)
        {
            return null;
        }
        if (kind != ScalingMetricKind.Prometheus && PercentOf(node) is { } percent)
        {
            var missing = kind == ScalingMetricKind.Cpu ? resources is { Reservations.Cpus: 0, LimitCpus: null } : resources is { Reservations.MemoryBytes: 0, LimitMemoryBytes: null };
            if (missing)
            {
                var word = kind == ScalingMetricKind.Cpu ? "cpus" : "memory";
                reader.Fault("target", $"must be an amount, or resources.reservations.{word} or resources.limits.{word} must be set, of which it is a share");
            }
            else if (percent is >= 1 and <= MostPercent)
            {
                return new ScalingTarget(percent, IsPercent: true);
            }
            else
            {
                reader.Fault("target", "must be from 1% to 10000%");
            }
            return null;
        }
        if (kind == ScalingMetricKind.Memory)
        {
            return reader.Memory("target") is not { } bytes ? null : bytes > 0 ? new ScalingTarget(bytes) : Refuse(reader, "must be more than 0");
        }
        var most = kind == ScalingMetricKind.Cpu ? MostCores : MostUnits;
        return (node.Kind == NodeKind.Number ? node.Literal : node.AsText) is { } text && NumberText.TryFinite(text, out var number) && number > 0 && number <= most ? new ScalingTarget(number)
            : Refuse(reader, kind == ScalingMetricKind.Cpu ? "must be cores such as 0.5, or a share such as \"60%\"" : "must be a number above 0");
    }

    private static ScalingTarget? Refuse(BodyReader reader, string message)
    {
        reader.Fault("target", message);
        return null;
    }

    private static double? PercentOf(Node node) =>
        node.AsText is [.. { Length: > 0 and <= 8 } digits, '%'] && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) ? percent : null;

    private static ImmutableArray<ScalingSchedule> ReadSchedules(BodyReader scaling, ScalingSpec spec)
    {
        var schedules = ImmutableArray.CreateBuilder<ScalingSchedule>();
        foreach (var reader in scaling.Objects("schedules", MaxSchedules))
        {
            var schedule = new ScalingSchedule
            {
                Days = reader.Text("days", CheckDays)?.ToLowerInvariant() ?? "*",
                From = ReadTime(reader, "from", required: true),
                To = ReadTime(reader, "to", required: true),
                // Judged apart from the reading: what is stored is kept, whatever this machine knows of zones.
                TimeZone = reader.Text("timeZone", maxLength: 100) ?? "UTC",
                Min = reader.Whole("min", 1, SpecReader.MaxReplicas),
                Max = reader.Whole("max", 1, SpecReader.MaxReplicas),
            };
            if (TimeZones.Check(schedule.TimeZone) is { } wrong)
            {
                reader.Fault("timeZone", wrong);
            }
            CheckSchedule(reader, schedule, spec);
            schedules.Add(schedule);
        }
        return schedules.ToImmutable();
    }

    private static void CheckSchedule(BodyReader reader, ScalingSchedule schedule, ScalingSpec spec)
    {
        if (schedule.From == schedule.To && !reader.Faults.Has(reader.PathOf("from")) && !reader.Faults.Has(reader.PathOf("to")))
        {
            reader.Fault("to", "must differ from from; 00:00 to 24:00 is a whole day");
        }
        if (!reader.Has("min") && !reader.Has("max"))
        {
            reader.Fault("min", "is required, unless there is max");
        }
        if (schedule.Min > spec.Max && !reader.Faults.Has("scaling.max"))
        {
            reader.Fault("min", $"must not be more than max of scaling, {spec.Max}");
        }
        if (schedule.Max > spec.Max && !reader.Faults.Has("scaling.max"))
        {
            reader.Fault("max", $"must not be more than max of scaling, {spec.Max}");
        }
        if (schedule.Max < (schedule.Min ?? spec.Min))
        {
            reader.Fault("max", $"must not be less than {(schedule.Min is null ? "min of scaling" : "min")}, {schedule.Min ?? spec.Min}");
        }
    }

    private static string? CheckDays(string days) =>
        CronField.Read(days.ToLowerInvariant(), "day of week", 0, 7, CronSchedule.Days, out _) is null ? "must be days of the week such as mon-fri, \"sat,sun\" or \"*\"" : null;

    private static TimeSpan ReadTime(BodyReader reader, string name, bool required)
    {
        if ((required && !reader.Require(name)) || reader.Take(name) is not { } node)
        {
            return default;
        }
        if (node.AsText is { } text && TimeOfDay().Match(text) is { Success: true } match
            && new TimeSpan(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), 0) is var time && time <= TimeSpan.FromHours(name == "to" ? 24 : 23.99))
        {
            return time;
        }
        reader.Fault(name, "must be a time of day such as \"08:00\"");
        return default;
    }

    [GeneratedRegex(@"\A[a-zA-Z_:][a-zA-Z0-9_:]{0,199}\z")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_]{0,99}\z")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\A([0-9]{1,2}):([0-5][0-9])\z")]
    private static partial Regex TimeOfDay();
}
