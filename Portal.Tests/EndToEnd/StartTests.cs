using System.Diagnostics;
using System.Net;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Show 1: it starts by itself, its first token works, and a data directory has one Portal.</summary>
public sealed class StartTests(TestHosts hosts) : EndToEndTest(hosts)
{
    protected override IEnumerable<TestHost> FirstHosts => [];

    [Fact]
    public async Task It_starts_by_itself_and_a_second_one_on_the_same_data_is_refused()
    {
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Get, "/readyz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Get, "apps")).Status);
        Assert.Equal("600", await CommandLine.RequireAsync("stat", ["-c", "%a", Portal.TokenFile]));
        using var stranger = new PortalApi($"http://127.0.0.1:{Portal.Port}", "ptl_wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(HttpMethod.Get, "apps")).Status);

        var started = Stopwatch.GetTimestamp();
        var second = await PortalProcess.CommandAsync("--data", Portal.Data, "--port", "0");

        Say("the second one was refused after", Stopwatch.GetElapsedTime(started));
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains(Portal.Data, second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Get, "/readyz")).Status);
    }
}
