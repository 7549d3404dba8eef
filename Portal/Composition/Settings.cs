using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Portal.Composition;

/// <summary>One setting: <c>--name</c> on the command line, <c>PORTAL_NAME</c> in the environment, <c>name</c> in the file.</summary>
/// <param name="Name">Its name, words parted by hyphens.</param>
/// <param name="Value">What its value is, as <c>N</c>; empty for a switch.</param>
/// <param name="Default">Its default, in words.</param>
/// <param name="Help">What it does, in a sentence.</param>
/// <param name="Apply">Takes a value; a <see cref="FormatException"/> says what is wrong with it.</param>
internal sealed record Setting(string Name, string Value, string Default, string Help, Func<PortalOptions, string, PortalOptions> Apply)
{
    public bool IsSwitch => Value.Length == 0;

    public string EnvironmentName => "PORTAL_" + Name.ToUpperInvariant().Replace('-', '_');
}

/// <summary>Every setting there is.</summary>
internal static class Settings
{
    public static readonly ImmutableArray<Setting> All =
    [
        new("data", "DIR", "./data", "The folder of the keys, the first token and the embedded database.", (o, v) => o with { Data = v }),
        new("keys", "DIR", "DIR/keys of --data", "The folder of the keys that protect cookies and credentials; processes of one Portal share it.", (o, v) => o with { Keys = v }),
        new("port", "N", "8080", "The port of pages and API; 0 takes any free one.", (o, v) => o with { Port = Number(v, 0, 65535) }),
        new("listen", "ADDRESS", "127.0.0.1", "Addresses to listen on, parted by commas. Other than loopback they speak HTTPS.", (o, v) => o with { Listen = [.. List(v).Select(Address)] }),
        new("insecure-http", "", "off", "Speak HTTP on every address, as behind a proxy that ends TLS.", (o, v) => o with { InsecureHttp = Switch(v) }),
        new("cert", "FILE", "a self-made one", "The HTTPS certificate with its chain (PEM).", (o, v) => o with { CertificateFile = v }),
        new("cert-key", "FILE", "in --cert", "The certificate's key (PEM).", (o, v) => o with { CertificateKeyFile = v }),
        new("roles", "LIST", "web,agents", "What this process does: web (pages and API), agents (controller and host workers).", (o, v) => o with { Roles = Roles(v) }),
        new("no-local-host", "", "off", "Do not register this machine's own engine as the host local at the first start.", (o, v) => o with { NoLocalHost = Switch(v) }),
        new("starts-per-host", "N", "8", "Containers that are started at once on one host.", (o, v) => o with { StartsPerHost = Number(v, 1, 1000) }),
        new("ssh-processes-per-host", "N", "16", "ssh processes to one host.", (o, v) => o with { SshProcessesPerHost = Number(v, 2, 1000) }),
        new("event-days", "N", "30", "Days that events are kept.", (o, v) => o with { EventDays = Number(v, 1, 36500) }),
        new("audit-days", "N", "365", "Days that audit entries are kept.", (o, v) => o with { AuditDays = Number(v, 1, 36500) }),
        new("ended-instance-days", "N", "7", "Days that ended instances are kept.", (o, v) => o with { EndedInstanceDays = Number(v, 1, 36500) }),
        new("metric-sample-hours", "N", "6", "Hours that figures of each two seconds are kept.", (o, v) => o with { MetricSampleHours = Number(v, 1, 8760) }),
        new("metric-minute-days", "N", "7", "Days that figures of each minute are kept.", (o, v) => o with { MetricMinuteDays = Number(v, 1, 36500) }),
        new("metric-days", "N", "60", "Days that figures of each ten minutes are kept.", (o, v) => o with { MetricDays = Number(v, 1, 36500) }),
        new("console-idle-minutes", "N", "15", "Minutes without a key after which a console is closed.", (o, v) => o with { ConsoleIdleMinutes = Number(v, 1, 1440) }),
        new("json-logs", "", "off", "Log one JSON object a line.", (o, v) => o with { JsonLogs = Switch(v) }),
        new("log-level", "LEVEL", "information", "trace, debug, information, warning, error or critical.", (o, v) => o with { LogLevel = Level(v) }),
    ];

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw new FormatException($"must be a number from {least} to {most}");

    private static bool Switch(string text) => text.ToUpperInvariant() switch
    {
        "" or "TRUE" or "1" or "ON" or "YES" => true,
        "FALSE" or "0" or "OFF" or "NO" => false,
        _ => throw new FormatException("must be true or false"),
    };

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Address(string text) => text switch
    {
        "localhost" => "127.0.0.1",
        "*" => "0.0.0.0",
        _ => IPAddress.TryParse(text, out var address) ? address.ToString() : throw new FormatException($"must be IP addresses, which {text} is not"),
    };

    private static ImmutableHashSet<string> Roles(string text)
    {
        var roles = List(text.ToLowerInvariant()).ToImmutableHashSet();
        return roles.Count > 0 && roles.All(r => r is "web" or "agents") ? roles : throw new FormatException("must be web, agents or both");
    }

    private static LogLevel Level(string text) =>
        Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && char.IsLetter(text[0])
            ? level : throw new FormatException("must be trace, debug, information, warning, error or critical");
}
