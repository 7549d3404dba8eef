using System.Collections.Immutable;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.Domain.Bodies;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Api.Http;

/// <summary>Reads the bodies of alerts.</summary>
internal static class AlertReading
{
    private const int MostNames = 20;

    public static AlertRule Rule(BodyReader b, string name)
    {
        var rule = new AlertRule { Name = name, Kind = Required<AlertKind>(b, "kind") };
        return rule with
        {
            App = b.Text("app", NameRules.CheckDnsLabel),
            Host = b.Text("host", NameRules.CheckDnsLabel),
            States = b.TextList("states", MostNames, 32) ?? [],
            Metric = Word<Metric>(b, "metric") ?? Metric.Cpu,
            Of = Word<AlertGrouping>(b, "of") ?? AlertGrouping.App,
            Below = b.Boolean("below") ?? false,
            Value = b.Number("value", 0, 1e15) ?? 0,
            Percent = b.Boolean("percent") ?? false,
            For = b.Duration("for", TimeSpan.Zero, TimeSpan.FromDays(7)) ?? TimeSpan.Zero,
            Window = b.Duration("window", TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)) ?? rule.Window,
            Severity = Word<Severity>(b, "severity") ?? rule.Severity,
            Targets = b.TextList("targets", MostNames, 63) ?? [],
            Enabled = b.Boolean("enabled") ?? true,
        };
    }

    public static (AlertTargetKind Kind, string Address) Target(BodyReader b) => (Required<AlertTargetKind>(b, "kind"), b.RequireText("address", 2000));

    public static (TimeSpan For, string Reason, string? Rule, string? App, string? Host) Silence(BodyReader b)
    {
        var length = b.Duration("for", TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        if (!b.Has("for"))
        {
            b.Fault("for", "must be given");
        }
        return (length ?? default, b.RequireText("reason", 500), b.Text("rule", NameRules.CheckDnsLabel), b.Text("app", NameRules.CheckDnsLabel), b.Text("host", NameRules.CheckDnsLabel));
    }

    public static (AlertSettings Settings, string? Password) Settings(BodyReader b)
    {
        var smtp = b.Object("smtp");
        var settings = new AlertSettings(smtp.RequireText("host", 253), (int)(smtp.Whole("port", 1, 65535) ?? 587), Word<SmtpSecurity>(smtp, "security") ?? SmtpSecurity.StartTls, smtp.Text("user", 256) ?? "", false,
            smtp.RequireText("from", 254), b.TextList("allowed", 200, 253) ?? [], b.Text("publicAddress", 500) ?? "");
        return (settings, smtp.Text("password", 1024, allowEmpty: true));
    }

    private static T Required<T>(BodyReader b, string name) where T : struct, Enum
    {
        if (!b.Has(name))
        {
            b.Fault(name, "must be given");
        }
        return Word<T>(b, name) ?? default;
    }

    private static T? Word<T>(BodyReader b, string name) where T : struct, Enum =>
        b.Text(name, text => Words.TryParse<T>(text, out _) ? null : $"must be one of {string.Join(", ", Words.Of<T>())}") is { } word && Words.TryParse<T>(word, out var value) ? value : null;
}
