using System.Collections.Immutable;
using System.Text.Json;
using Portal.Agents.Docker;
using Portal.Agents.Docker.Json;
using Portal.Agents.Docker.Transport;
using Portal.Core.Engine;

namespace Portal.Tests.Agents.Docker;

/// <summary>What is sent and what is understood, without an engine.</summary>
public sealed class TranslationTests
{
    private static readonly ContainerRequest Plain = new() { Name = "n", Image = "i:1" };

    [Fact]
    public void A_plain_request_sends_no_more_than_needed() => Assert.Equal(
        """{"Image":"i:1","Labels":{},"Healthcheck":{"Test":["NONE"]},"StopSignal":"SIGTERM","StopTimeout":10,"HostConfig":{"RestartPolicy":{"Name":"no"},"NetworkMode":"bridge","LogConfig":{"Type":"json-file","Config":{"max-size":"10485760","max-file":"3"}}}}""",
        Json(Plain));

    [Fact]
    public void With_the_hosts_network_no_port_is_published() =>
        Assert.DoesNotContain("Port", Json(Plain with { Network = "host", Ports = [new(80, "tcp", "", 80)], NetworkAliases = ["a"] }));

    [Fact]
    public void Aliases_are_for_networks_made_by_users()
    {
        Assert.DoesNotContain("Aliases", Json(Plain with { NetworkAliases = ["a"] }));
        Assert.Contains("""{"EndpointsConfig":{"team":{"Aliases":["a"]}}}""", Json(Plain with { Network = "team", NetworkAliases = ["a"] }));
    }

    [Fact]
    public void One_port_may_be_published_twice() => Assert.Contains(
        """
        "PortBindings":{"80/tcp":[{"HostIp":"10.0.0.1","HostPort":"8080"},{"HostIp":"","HostPort":""}]}
        """,
        Json(Plain with { Ports = [new(80, "tcp", "10.0.0.1", 8080), new(80, "tcp", "", 0)] }));

    [Fact]
    public void An_empty_entrypoint_drops_the_images() => Assert.Contains("\"Entrypoint\":[\"\"]", Json(Plain with { Entrypoint = ImmutableArray<string>.Empty }));

    [Theory]
    [InlineData("container:abc")]
    [InlineData("ns:/proc/1")]
    public void Another_containers_network_cannot_be_asked_for(string network) =>
        Assert.Equal(EngineError.Invalid, Assert.Throws<EngineException>(() => Json(Plain with { Network = network })).Error);

    [Theory]
    [InlineData("""{"Action":"start","Actor":{"ID":"c","Attributes":{"name":"n"}},"timeNano":1500000000123456789}""", "start", null)]
    [InlineData("""{"Action":"health_status: unhealthy","Actor":{"ID":"c","Attributes":{"name":"n"}},"timeNano":1500000000123456789}""", "health_status", "unhealthy")]
    public void An_event_is_read(string json, string action, string? health)
    {
        var seen = EngineEvents.From(JsonSerializer.Deserialize(json, EngineJson.Default.EventLine)!)!;

        Assert.Equal((action, "c", "n", health), (seen.Action, seen.ContainerId, seen.Attributes["name"], seen.Attributes.GetValueOrDefault("health")));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1500000000).AddTicks(1234567), seen.At);
    }

    [Theory]
    [InlineData("""{"Action":"exec_create: /bin/sh","Actor":{"ID":"c"}}""")]
    [InlineData("""{"Action":"exec_die","Actor":{"ID":"c"}}""")]
    [InlineData("""{"Action":"","Actor":{"ID":"c"}}""")]
    [InlineData("""{"Action":"start"}""")]
    [InlineData("{}")]
    public void What_nobody_wants_is_no_event(string json) => Assert.Null(EngineEvents.From(JsonSerializer.Deserialize(json, EngineJson.Default.EventLine)!));

    [Theory]
    [InlineData("busybox", "busybox", "latest")]
    [InlineData("busybox:1", "busybox", "1")]
    [InlineData("10.77.0.1:5000/a/b", "10.77.0.1:5000/a/b", "latest")]
    [InlineData("10.77.0.1:5000/a/b:2", "10.77.0.1:5000/a/b", "2")]
    [InlineData("host:5000/a:2@sha256:abc", "host:5000/a", "sha256:abc")]
    [InlineData("a@sha256:abc", "a", "sha256:abc")]
    public void A_reference_is_split_where_the_tag_begins(string reference, string repository, string tag) =>
        Assert.Equal((repository, tag), EnginePaths.Split(reference));

    [Theory]
    [InlineData("1.41", "1.41")]
    [InlineData("1.44", "1.44")]
    [InlineData("1.47", "1.47")]
    [InlineData("1.99", "1.47")]
    [InlineData("1.40", null)]
    [InlineData("one", null)]
    [InlineData(null, null)]
    public void The_lower_version_is_spoken_and_none_below_1_41(string? offered, string? spoken)
    {
        EngineAddress.TryParse("unix:///s", out var address, out _);
        if (spoken is not null) Assert.Equal(spoken, ApiVersions.Negotiate(offered, address));
        else Assert.Equal(EngineError.Unsupported, Assert.Throws<EngineException>(() => ApiVersions.Negotiate(offered, address)).Error);
    }

    [Theory]
    [InlineData(404, "No such image: a:1", EngineError.ImageUnavailable)]
    [InlineData(404, "No such container: a", EngineError.NotFound)]
    [InlineData(409, "Conflict. The container name \"/a\" is already in use", EngineError.Conflict)]
    [InlineData(500, "driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated", EngineError.Conflict)]
    [InlineData(500, "listen tcp4 0.0.0.0:80: bind: address already in use", EngineError.Conflict)]
    [InlineData(500, "write /var/lib/docker/x: no space left on device", EngineError.Failed)]
    [InlineData(403, "error while removing network: network n id 1 has active endpoints", EngineError.Conflict)]
    [InlineData(403, "forbidden", EngineError.Denied)]
    [InlineData(400, "client version 1.47 is too new. Maximum supported API version is 1.41", EngineError.Unsupported)]
    [InlineData(400, "invalid reference format", EngineError.Invalid)]
    [InlineData(500, "whatever", EngineError.Failed)]
    [InlineData(503, "", EngineError.Failed)]
    public void Status_and_words_tell_the_kind_of_trouble(int status, string message, EngineError expected) =>
        Assert.Equal(expected, EngineFailures.Classify(status, message));

    [Theory]
    [InlineData("root@h: Permission denied (publickey).", EngineError.Denied)]
    [InlineData("ssh: connect to host h port 22: Connection refused", EngineError.Unreachable)]
    [InlineData("ssh: Could not resolve hostname h: Name or service not known", EngineError.Unreachable)]
    [InlineData("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", EngineError.InvalidEndpoint)]
    [InlineData("bash: line 1: docker: command not found", EngineError.Unsupported)]
    [InlineData("Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock", EngineError.Denied)]
    [InlineData("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", EngineError.Unreachable)]
    [InlineData("", EngineError.Unreachable)]
    public void What_ssh_says_tells_the_kind_of_trouble(string said, EngineError expected)
    {
        EngineAddress.TryParse("ssh://root@h", out var address, out _);
        var failure = SshFailures.Explain(address, said);
        Assert.Equal(expected, failure.Error);
        Assert.Contains("ssh://root@h", failure.Message);
    }

    private static string Json(ContainerRequest request) => JsonSerializer.Serialize(ContainerBodies.From(request), EngineJson.Default.CreateContainerBody);
}
