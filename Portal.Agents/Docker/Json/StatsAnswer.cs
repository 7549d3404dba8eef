using System.Text.Json.Serialization;

namespace Portal.Agents.Docker.Json;

/// <summary>Of the engine's statistics only what is used: the rest is skipped unread.</summary>
internal sealed record StatsAnswer(
    [property: JsonPropertyName("read")] DateTimeOffset Read,
    [property: JsonPropertyName("cpu_stats")] CpuStats? Cpu,
    [property: JsonPropertyName("memory_stats")] MemoryStats? Memory,
    [property: JsonPropertyName("blkio_stats")] BlockStats? Block,
    [property: JsonPropertyName("networks")] Dictionary<string, NetworkStats>? Networks);

internal readonly record struct CpuStats([property: JsonPropertyName("cpu_usage")] CpuUsage Usage);

internal readonly record struct CpuUsage([property: JsonPropertyName("total_usage")] ulong TotalNanoseconds);

internal readonly record struct MemoryStats(
    [property: JsonPropertyName("usage")] ulong Usage,
    [property: JsonPropertyName("stats")] MemoryDetails Details);

/// <summary>Of cgroup v2 the one, of cgroup v1 both.</summary>
internal readonly record struct MemoryDetails(
    [property: JsonPropertyName("inactive_file")] ulong? InactiveFile,
    [property: JsonPropertyName("total_inactive_file")] ulong? TotalInactiveFile);

internal readonly record struct BlockStats([property: JsonPropertyName("io_service_bytes_recursive")] BlockEntry[]? Bytes);

internal readonly record struct BlockEntry(
    [property: JsonPropertyName("op")] string? Operation,
    [property: JsonPropertyName("value")] ulong Value);

internal readonly record struct NetworkStats(
    [property: JsonPropertyName("rx_bytes")] ulong Received,
    [property: JsonPropertyName("tx_bytes")] ulong Sent);
