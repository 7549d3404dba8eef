using Portal.Agents.Sampling;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Tests.Store.Metrics;

namespace Portal.Tests.Agents.Sampling;

public sealed class MeasurementTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static ContainerStats Stats(double at, double cpu, long? received = 0, long read = 0, long memory = 7) =>
        new() { ReadAt = s_now.AddSeconds(at), Cpu = TimeSpan.FromSeconds(cpu), MemoryBytes = memory, ReceivedBytes = received, SentBytes = received * 2, BlockReadBytes = read, BlockWrittenBytes = read * 3 };

    [Fact]
    public void Rates_go_by_the_engines_own_time()
    {
        var measured = Measurement.Of(Stats(0, 10, 100, 40), Stats(2.5, 11, 350, 50), s_now.AddHours(1));
        Assert.Equal(new Measurement(s_now.AddHours(1), 0.4, 7, 100, 200, 4, 12), measured);
    }

    [Fact]
    public void The_first_reading_and_one_after_a_restart_begin_anew()
    {
        Assert.Equal(new Measurement(s_now, null, 7, null, null, null, null), Measurement.Of(null, Stats(0, 10), s_now));
        Assert.Equal(new Measurement(s_now, null, 7, null, null, null, null), Measurement.Of(Stats(0, 10), Stats(2, 1), s_now));
        // A clock that was set back makes no rate.
        Assert.Null(Measurement.Of(Stats(2, 1), Stats(1, 2), s_now).Cpu);
    }

    [Fact]
    public void A_counter_that_fell_alone_leaves_only_its_own_rate_out()
    {
        var measured = Measurement.Of(Stats(0, 1, 100, 5), Stats(1, 2, 50, 8), s_now);
        Assert.Equal((1.0, null, 3.0), (measured.Cpu, measured.NetRx, measured.BlockRead));
        Assert.Null(Measurement.Of(Stats(0, 1, null), Stats(1, 2, null), s_now).NetTx);
    }

    [Fact]
    public void A_meter_says_nothing_of_what_stopped_and_takes_no_reading_twice()
    {
        var meter = new ContainerMeter(new SampledContainer("c", MetricStage.Instance(), true, 0));
        meter.Take(Stats(0, 1), s_now);
        meter.Take(Stats(2, 2), s_now.AddSeconds(2));
        Assert.Equal(0.5, meter.Latest!.Cpu);
        meter.Take(Stats(2, 2), s_now.AddSeconds(4));
        Assert.Equal(s_now.AddSeconds(2), meter.Latest.TakenAt);
        meter.Take(null, s_now.AddSeconds(6));
        Assert.Null(meter.Latest);
        meter.Take(Stats(8, 3), s_now.AddSeconds(8));
        Assert.Null(meter.Latest!.Cpu);
    }

    [Fact]
    public void A_machine_is_read_from_the_kernels_files()
    {
        const string memory = "MemTotal:        8000 kB\nMemFree:          1000 kB\nMemAvailable:    6000 kB\n";
        var (first, before) = MachineReading.Of("cpu  100 0 100 800 0 0 0 0 50 0\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\n", memory, null);
        Assert.Equal((null, 2000L * 1024, true), (first.Cpu, first.Memory, first.OfWholeMachine));
        // 60 of 200 ticks on two cores were busy; waiting for a disk is not.
        var (second, _) = MachineReading.Of("cpu  130 10 110 920 20 5 5 0 50 0\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\n", memory, before);
        Assert.Equal(0.6, second.Cpu!.Value, 6);
        Assert.Equal((3 * 1024, 10 * 1024), MachineReading.DiskOf("Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 10 3 7 30% /\n"));
        Assert.Null(MachineReading.DiskOf("Filesystem 1024-blocks Used Available Capacity Mounted on\n"));
        Assert.Throws<FormatException>(() => MachineReading.Of("", memory, null));
        Assert.Throws<FormatException>(() => MachineReading.Of("cpu  1 1 1 1 1 1 1 1\n", "MemFree: 1 kB\n", null));
    }
}
