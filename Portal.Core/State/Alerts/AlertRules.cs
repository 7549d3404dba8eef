using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Model;

namespace Portal.Core.State.Alerts;

/// <summary>What rules, targets and settings may say, and how rules are kept.</summary>
public static class AlertRules
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };
    private static readonly ImmutableArray<string> s_hostStates = ["Ready", "Cordoned", "Draining", "Drained", "Suspect", "Unreachable", "Rebooting", "Unknown"];
    private static readonly ImmutableArray<string> s_rollouts = [nameof(RolloutStatus.Failed), nameof(RolloutStatus.RolledBack)];

    /// <summary>The words that a kind can be met by.</summary>
    public static ImmutableArray<string> StatesOf(AlertKind kind) => kind switch
    {
        AlertKind.AppStatus => [.. Enum.GetNames<AppStatus>()],
        AlertKind.Rollout => s_rollouts,
        AlertKind.HostState => s_hostStates,
        _ => [],
    };

    /// <summary>Everything that is wrong with a rule.</summary>
    public static IEnumerable<Fault> Check(AlertRule rule)
    {
        if (NameRules.CheckDnsLabel(rule.Name) is { } name)
        {
            yield return new Fault("name", name);
        }
        var known = StatesOf(rule.Kind);
        foreach (var state in rule.States.Where(s => !known.Contains(s)))
        {
            yield return new Fault("states", known.IsEmpty ? $"a rule of kind {rule.Kind} has none" : $"{state} is none of {string.Join(", ", known)}");
        }
        if (rule.States.IsEmpty && !known.IsEmpty)
        {
            yield return new Fault("states", $"name at least one of {string.Join(", ", known)}");
        }
        if (rule.Kind == AlertKind.Metric && rule.Metric is not (Metric.Cpu or Metric.Memory))
        {
            yield return new Fault("metric", "must be cpu or memory");
        }
        if (!double.IsFinite(rule.Value) || rule.Value < 0)
        {
            yield return new Fault("value", "must be a number from 0 on");
        }
        if (rule.TeamId is not null && (rule.Kind == AlertKind.HostState || rule is { Kind: AlertKind.Metric, Of: AlertGrouping.Host }))
        {
            yield return new Fault("kind", "rules about hosts are for administrators, outside any team");
        }
        if (rule.TeamId is null && rule.App is not null)
        {
            yield return new Fault("app", "only a team's rule can name an app");
        }
        if (rule.For < TimeSpan.Zero || rule.For > TimeSpan.FromDays(7))
        {
            yield return new Fault("for", "must be from 0s to 168h");
        }
        if (rule.Window < TimeSpan.FromSeconds(10) || rule.Window > TimeSpan.FromHours(1))
        {
            yield return new Fault("window", "must be from 10s to 1h");
        }
    }

    /// <summary>What is wrong with a target's address; null for nothing. Where it leads is checked when Portal connects.</summary>
    public static string? CheckAddress(AlertTargetKind kind, string address) => kind == AlertTargetKind.Webhook
        ? Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 ? null : "must be a URL that begins with https:// or http://, without a user in it"
        : Mailboxes(address) is { Length: > 0 and <= 20 } all && all.All(IsMailbox) ? null : "must be one to twenty e-mail addresses, parted by commas";

    /// <summary>What is wrong with why something is silenced.</summary>
    public static IEnumerable<Fault> CheckReason(string reason) => reason.Trim().Length is 0 or > 500 ? [new Fault("reason", "say why, in at most 500 characters")] : [];

    /// <summary>E-mail addresses parted by commas.</summary>
    public static ImmutableArray<string> Mailboxes(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Everything that is wrong with settings.</summary>
    internal static IEnumerable<Fault> Check(AlertSettings settings)
    {
        if (settings.Host.Length > 0 && Uri.CheckHostName(settings.Host) == UriHostNameType.Unknown)
        {
            yield return new Fault("smtp.host", "must be a host name or an IP address");
        }
        if (settings.Port is < 1 or > 65535)
        {
            yield return new Fault("smtp.port", "must be from 1 to 65535");
        }
        if (settings.Host.Length > 0 && !IsMailbox(settings.From))
        {
            yield return new Fault("smtp.from", "must be an e-mail address");
        }
        if (settings.Security == SmtpSecurity.None && settings.User.Length > 0)
        {
            yield return new Fault("smtp.security", "a password is not sent in the clear: choose startTls or tls");
        }
        _ = AllowedAddresses.Read(settings.Allowed, out var fault);
        if (fault is not null)
        {
            yield return new Fault("allowed", fault);
        }
        if (settings.PublicAddress.Length > 0 && !(Uri.TryCreate(settings.PublicAddress, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            yield return new Fault("publicAddress", "must be a URL such as https://portal.example.org");
        }
    }

    internal static string Write(AlertRule rule) => JsonSerializer.Serialize(rule with { Id = default, TeamId = null, Team = null }, s_json);

    internal static AlertRule Read(AlertRuleRow row, string? team) =>
        JsonSerializer.Deserialize<AlertRule>(row.Body, s_json)! with { Id = row.Id, TeamId = row.TeamId, Team = team, Name = row.Name };

    private static bool IsMailbox(string text) => text.Length is >= 3 and <= 254 && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1
        && text.All(c => char.IsAscii(c) && !char.IsControl(c) && !char.IsWhiteSpace(c) && c is not ('<' or '>' or ',' or ';' or '"' or '\\'));
}
