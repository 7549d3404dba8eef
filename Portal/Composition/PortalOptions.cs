using System.Collections.Immutable;

namespace Portal.Composition;

/// <summary>What this process does and how. Read by <see cref="OptionsReader"/>; each property has one entry in <see cref="Settings"/>.</summary>
internal sealed record PortalOptions
{
    public string Data { get; init; } = "data";
    public string? Keys { get; init; }
    public string? ConnectionString { get; init; }
    public int Port { get; init; } = 8080;
    public ImmutableArray<string> Listen { get; init; } = ["127.0.0.1"];
    public bool InsecureHttp { get; init; }
    public string? CertificateFile { get; init; }
    public string? CertificateKeyFile { get; init; }
    public ImmutableHashSet<string> Roles { get; init; } = ["web", "agents"];
    public bool NoLocalHost { get; init; }
    public int StartsPerHost { get; init; } = 8;
    public int SshProcessesPerHost { get; init; } = 16;
    public int EventDays { get; init; } = 30;
    public int AuditDays { get; init; } = 365;
    public int EndedInstanceDays { get; init; } = 7;
    public int MetricSampleHours { get; init; } = 6;
    public int MetricMinuteDays { get; init; } = 7;
    public int MetricDays { get; init; } = 60;
    public int ConsoleIdleMinutes { get; init; } = 15;
    public bool JsonLogs { get; init; }
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public bool IsWeb => Roles.Contains("web");

    public bool IsAgent => Roles.Contains("agents");
}
