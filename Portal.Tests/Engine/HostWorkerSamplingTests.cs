using Microsoft.Extensions.DependencyInjection;
using Portal.Agents.Sampling;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;
using Portal.Tests.EndToEnd;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>What runs on a host, from its worker over its sampler to the store.</summary>
public sealed class HostWorkerSamplingTests(TestHosts hosts, StoreFixture fixture) : HostWorkerTestBase(hosts, fixture)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    protected override void RegisterMore(IServiceCollection services)
    {
        services.AddMetricStore();
        services.AddSampling();
    }

    [Fact]
    public async Task What_runs_is_measured_while_it_runs()
    {
        await AddHostAsync(1);
        await AddHostAsync(2, endpoint: $"unix://{Hosts[2].Socket}");
        await StartAsync();
        var limit = new ResourcesSpec { LimitCpus = 0.2, LimitMemoryBytes = 32 << 20 };
        var app = await AddAppAsync("web", new AppSpec
        {
            Image = "test/busybox:1",
            Command = ["sh", "-c", "while :; do :; done"],
            Resources = limit,
            Sidecars = [new PartSpec { Name = "log", Image = "test/busybox:1", Command = ["sleep", "1000"], Resources = limit }],
            Stop = new StopSpec { GracePeriod = TimeSpan.Zero, Delay = TimeSpan.Zero },
        });
        var instance = await AssignAsync(app, 1);

        await BecomesAsync("it is measured", "SELECT count(*) FROM metric_samples m JOIN metric_series s ON s.id = m.series_id WHERE s.instance_id = $1 AND m.cpu > 0.02 AND m.net_rx IS NOT NULL AND m.memory BETWEEN 100000 AND 60000000", instance.Value);
        Assert.Equal("web default h1 1 67108864", await ScalarAsync<string>("SELECT concat_ws(' ', app_name, team_name, host_name, slot, memory_limit) FROM metric_series WHERE instance_id = $1", instance.Value));
        await BecomesAsync("the host counts it", "SELECT count(*) FROM host_samples WHERE host_id = $1 AND instances = 1 AND cpu > 0.02 AND NOT whole_machine AND disk_total IS NULL", Host(1).Value);
        await BecomesAsync("the other host is measured as a machine", "SELECT count(*) FROM host_samples WHERE host_id = $1 AND instances = 0 AND cpu > 0 AND whole_machine AND disk_used < disk_total AND memory > 100000000", Host(2).Value);

        await StopAsync(1, instance);
        await BecomesAsync("it is measured no more", "SELECT count(*) FROM host_samples WHERE host_id = $1 AND instances = 0 AND at > (SELECT max(at) FROM metric_samples)", Host(1).Value);
    }

    private Task BecomesAsync(string what, string sql, Guid id) => Until.NothingIsWrongAsync(s_patience, what,
        async () => await ScalarAsync<long>(sql, id) > 0 ? null : "not yet");
}
