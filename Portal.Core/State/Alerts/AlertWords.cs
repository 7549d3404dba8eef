using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Alerts;

namespace Portal.Core.State.Alerts;

/// <summary>What notices say.</summary>
internal static class AlertWords
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Follows from what it is about, so that the same notice has the same id whoever writes it.</summary>
    public static Guid IdOf(AlertRule rule, AlertState state, bool isOver, Guid target)
    {
        var text = $"{rule.Id:N}|{state.Subject}|{state.FiredAt?.UtcTicks}|{isOver}|{target:N}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    public static string Title(AlertRule rule, AlertState state, bool isOver) => $"[{(isOver ? "resolved" : "firing")}] {rule.Name}: {NameOf(state)}";

    public static string Json(Guid id, AlertRule rule, AlertState state, bool isOver, string publicAddress) => JsonSerializer.Serialize(new
    {
        id,
        @event = isOver ? "resolved" : "firing",
        rule = rule.Name,
        kind = rule.Kind.ToString(),
        severity = rule.Severity.ToString(),
        team = state.Team ?? rule.Team,
        state.App,
        state.Host,
        state.Subject,
        state.Reason,
        since = state.Since.UtcDateTime,
        firedAt = state.FiredAt?.UtcDateTime,
        resolvedAt = isOver ? state.ResolvedAt?.UtcDateTime : null,
        link = publicAddress + LinkOf(state),
    }, s_json);

    /// <summary>A mail's text, from what a webhook gets.</summary>
    public static string Text(string title, string json)
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder(title).Append("\n\n");
        foreach (var (name, label) in ((string, string)[])[("reason", "Why"), ("severity", "Severity"), ("team", "Team"), ("app", "App"), ("host", "Host"), ("since", "Since"), ("firedAt", "Fired"), ("resolvedAt", "Resolved"), ("link", "See")])
        {
            if (document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            {
                text.Append(label).Append(": ").Append(value.GetString()).Append('\n');
            }
        }
        return text.Append("\nSent by Portal.\n").ToString();
    }

    public static NoticeMessage Test(string target, string by, DateTimeOffset now)
    {
        var id = Guid.NewGuid();
        var title = $"[test] Portal reaches the target {target}";
        return new NoticeMessage(id, title, $"{title}\n\n{by} asked for this test.\n", JsonSerializer.Serialize(new { id, @event = "test", target, by, at = now.UtcDateTime }, s_json));
    }

    /// <summary>The page that shows what an alert is about.</summary>
    public static string LinkOf(AlertState state) => state switch
    {
        { Team: { } team, App: { } app } => $"/apps/{team}/{app}",
        { Host: { } host } => $"/hosts/{host}",
        _ => "/alerts",
    };

    private static string NameOf(AlertState state) => state switch
    {
        { App: { } app, Host: { } host } => $"{state.Team}/{app} on {host}",
        { App: { } app } => $"{state.Team}/{app}",
        _ => state.Host ?? state.Subject,
    };
}
