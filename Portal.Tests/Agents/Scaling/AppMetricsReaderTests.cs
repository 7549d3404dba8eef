using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Agents.Scaling;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Tests.Agents.Scaling;

/// <summary>Real answers of an app's own endpoint.</summary>
public sealed class AppMetricsReaderTests : IAsyncLifetime
{
    private readonly WebApplication app;
    private int asked;

    public AppMetricsReaderTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/metrics", () => $"requests{{code=\"200\"}} {Interlocked.Increment(ref asked) * 10}\nwaiting 7\n");
        app.MapGet("/away", () => Results.Redirect("/metrics"));
        app.MapGet("/large", () => new string('#', 5 << 20));
        app.MapGet("/html", () => "<html>");
        app.MapGet("/bytes", () => Results.Bytes([0xff, 0xfe]));
    }

    public async ValueTask InitializeAsync() => await app.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Gauges_are_read_at_once_and_counters_once_they_were_read_twice()
    {
        using var reader = new AppMetricsReader(TimeProvider.System);
        var policy = Follow(Metric("waiting"), Metric("requests", rate: true));

        var (first, none) = await ReadAsync(reader, policy);
        var (second, _) = await ReadAsync(reader, policy);

        Assert.Empty(none);
        Assert.Equal(7, first["http/metrics waiting{}"].Value);
        Assert.DoesNotContain("http/metrics requests{} rate", first.Keys);
        Assert.True(second["http/metrics requests{} rate"].Value > 0);
    }

    [Theory]
    [InlineData("/away", "answered 302")]
    [InlineData("/nowhere", "answered 404")]
    [InlineData("/large", "")]
    [InlineData("/html", "no metric in Prometheus' text format")]
    [InlineData("/bytes", "no UTF-8")]
    [InlineData("//elsewhere.example/metrics", "answered 404")]
    public async Task What_is_no_answer_is_told_and_followed_nowhere(string path, string part)
    {
        using var reader = new AppMetricsReader(TimeProvider.System);

        var (figures, troubles) = await ReadAsync(reader, Follow(Metric("waiting", path)));

        Assert.Empty(figures);
        Assert.Contains(part, Assert.Single(troubles).Value, StringComparison.Ordinal);
        Assert.StartsWith("instance 1: ", troubles.Values.Single(), StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Only_ready_instances_are_asked_and_only_at_published_ports()
    {
        using var reader = new AppMetricsReader(TimeProvider.System);

        var (figures, silent) = await ReadAsync(reader, Follow(Metric("waiting")), ready: false);
        var (_, unpublished) = await ReadAsync(reader, Follow(Metric("waiting") with { Port = "admin" }));

        Assert.Empty(figures);
        Assert.Empty(silent);
        Assert.Equal("instance 1: its port admin is not published", unpublished.Values.Single());
        Assert.Equal(0, asked);
    }

    private static ScalingMetric Metric(string name, string path = "/metrics", bool rate = false) =>
        new() { Kind = ScalingMetricKind.Prometheus, Port = "http", Path = path, Name = name, Rate = rate, Target = new ScalingTarget(1) };

    private static ScalingSpec Follow(params ImmutableArray<ScalingMetric> metrics) => new() { Max = 5, Metrics = metrics };

    private async Task<(ImmutableSortedDictionary<string, ScalingFigure> Figures, ImmutableDictionary<string, string> Troubles)> ReadAsync(AppMetricsReader reader, ScalingSpec policy, bool ready = true)
    {
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        var id = new AppId(Guid.Empty);
        var instance = new ScalableInstance(InstanceId.Of(id, 1, 1), 1, DateTimeOffset.UnixEpoch, ready, address.Host, [new InstancePort("http", 80, address.Port, "tcp")]);
        var scaled = new ScaledApp { Id = id, TeamId = new TeamId(Guid.Empty), Team = "default", Name = "web", Spec = new AppSpec { Image = "a", Scaling = policy }, Replicas = 1, Instances = [instance] };
        var figures = new Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>>();
        var troubles = await reader.ReadAsync(scaled, policy, TimeProvider.System.GetUtcNow(), figures, default);
        return (figures.GetValueOrDefault(instance.Id) ?? ImmutableSortedDictionary<string, ScalingFigure>.Empty, troubles);
    }
}
