using System.Text.Json;
using Portal.Agents.Docker;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Tests.Agents.Docker;

public sealed class StatsReadingTests
{
    private const string V2 = """
        {"read":"2026-03-01T12:00:00.123456789Z","preread":"0001-01-01T00:00:00Z","pids_stats":{"current":2,"limit":18446744073709551615},
        "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"read","value":100},{"major":8,"minor":0,"op":"write","value":7},{"major":9,"minor":0,"op":"read","value":11}],"io_serviced_recursive":null},
        "num_procs":0,"storage_stats":{},"cpu_stats":{"cpu_usage":{"total_usage":1500000000,"usage_in_kernelmode":1,"usage_in_usermode":2},"system_cpu_usage":99,"online_cpus":2,"throttling_data":{"periods":0}},
        "precpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{"usage":5000,"stats":{"active_file":1,"file":9,"inactive_file":1200,"pgfault":3},"limit":67108864},
        "name":"/web","id":"abc","networks":{"eth0":{"rx_bytes":10,"rx_packets":1,"tx_bytes":3},"eth1":{"rx_bytes":5,"tx_bytes":4}}}
        """;

    private const string V1 = """
        {"read":"2026-03-01T12:00:00Z","blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"Read","value":4},{"op":"Write","value":6},{"op":"Sync","value":8},{"op":"Total","value":10}]},
        "cpu_stats":{"cpu_usage":{"total_usage":20000,"percpu_usage":[10000,10000]}},
        "memory_stats":{"usage":5000,"max_usage":6000,"stats":{"inactive_file":10,"total_inactive_file":1000},"limit":67108864}}
        """;

    [Fact]
    public void A_reading_of_cgroup_v2() => Assert.Equal(new ContainerStats
    {
        ReadAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567),
        Cpu = TimeSpan.FromSeconds(1.5),
        MemoryBytes = 3800,
        ReceivedBytes = 15,
        SentBytes = 7,
        BlockReadBytes = 111,
        BlockWrittenBytes = 7,
    }, Read(V2));

    [Fact]
    public void A_reading_of_cgroup_v1_in_the_hosts_network() => Assert.Equal(new ContainerStats
    {
        ReadAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Cpu = TimeSpan.FromMicroseconds(20),
        MemoryBytes = 4000,
        BlockReadBytes = 4,
        BlockWrittenBytes = 6,
    }, Read(V1));

    [Theory]
    [InlineData("""{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}""")]
    [InlineData("""{"read":"2026-03-01T12:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}""")]
    [InlineData("""{"read":"2026-03-01T12:00:00Z"}""")]
    public void Of_a_container_that_does_not_run_there_is_none(string body) => Assert.Null(Read(body));

    [Fact]
    public void More_cache_than_memory_is_not_taken_off() =>
        Assert.Equal(5, Read("""{"read":"2026-03-01T12:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":100}},"memory_stats":{"usage":5,"stats":{"inactive_file":6}},"blkio_stats":{"io_service_bytes_recursive":null}}""")!.MemoryBytes);

    private static ContainerStats? Read(string body) => StatsReading.Of(JsonSerializer.Deserialize(body, EngineJson.Default.StatsAnswer));
}
