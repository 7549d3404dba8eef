using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class ConsoleEndpointTests
{
    private static readonly string Exec = $"/teams/default/apps/web/instances/{InstanceId.Of(Given.App("web").Id, 1, 1)}/exec";

    [Fact(Timeout = 30_000)]
    public async Task Carries_what_is_typed_and_shown_and_tells_how_it_ended()
    {
        await using var host = await ApiHost.StartAsync();
        using var socket = await OpenAsync(host, "?command=vi%20a&cols=100&rows=30");
        Assert.Equal(("vi a", 100, 30), (host.Consoles.Request!.Command, host.Consoles.Request.Columns, host.Consoles.Request.Rows));

        await SendAsync(socket, "hello ☃", WebSocketMessageType.Binary);
        Assert.Equal("hello ☃", (await ReceiveAsync(socket)).Text);
        foreach (var noise in new[] { "no json", "{}", "[1]", "{\"type\":\"resize\",\"cols\":0,\"rows\":5}", "{\"type\":\"resize\",\"cols\":\"x\",\"rows\":5}" })
        {
            await SendAsync(socket, noise, WebSocketMessageType.Text);
        }
        await SendAsync(socket, "{\"type\":\"resize\",\"cols\":132,\"rows\":43}", WebSocketMessageType.Text);
        Assert.Equal("132x43", (await ReceiveAsync(socket)).Text);
        Assert.Equal([(132, 43)], host.Consoles.Sizes);

        await SendAsync(socket, "q", WebSocketMessageType.Binary);
        var ended = JsonDocument.Parse((await ReceiveAsync(socket)).Text).RootElement;
        Assert.Equal(("ended", 7), (ended.GetProperty("type").GetString(), ended.GetProperty("exitCode").GetInt32()));
        Assert.Equal(("the command ended", 7), await host.Consoles.Ended.Task);
    }

    [Fact(Timeout = 30_000)]
    public async Task Closes_when_nobody_types()
    {
        await using var host = await ApiHost.StartAsync();
        host.Consoles.Idle = TimeSpan.FromSeconds(3);
        using var socket = await OpenAsync(host);
        var warning = JsonDocument.Parse((await ReceiveAsync(socket)).Text).RootElement;
        Assert.Equal("idle", warning.GetProperty("type").GetString());
        Assert.InRange(warning.GetProperty("seconds").GetInt32(), 1, 2);
        Assert.Contains("nothing was typed", (await ReceiveAsync(socket)).Text);
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(socket)).Type);
        Assert.Contains("nothing was typed", (await host.Consoles.Ended.Task).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task Closes_when_its_right_is_taken_away()
    {
        await using var host = await ApiHost.StartAsync();
        using var socket = await OpenAsync(host);
        host.Consoles.Allowed = false;
        Assert.Contains("taken away", (await ReceiveAsync(socket)).Text);
        Assert.Contains("taken away", (await host.Consoles.Ended.Task).Reason);
    }

    [Fact(Timeout = 30_000)]
    public async Task Closes_with_its_reader_and_with_Portal()
    {
        var host = await ApiHost.StartAsync();
        using (var socket = await OpenAsync(host))
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            Assert.Contains("it was closed", (await ReceiveAsync(socket)).Text);
        }
        using var other = await OpenAsync(host);
        var told = ReceiveAsync(other);
        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Contains("Portal stopped", (await told).Text);
    }

    [Fact]
    public async Task Refuses_others_and_says_why_to_a_plain_call()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetAsync(Exec)).IsProblem(426);
        (await host.GetAsync(Exec + "?cols=0")).IsProblem(400);
        (await host.GetAsync("/teams/default/apps/web/instances/x/exec")).IsProblem(404);
        var viewer = await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(host, token: ApiHost.ViewerToken));
        Assert.Contains("403", viewer.Message);
        Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(host, origin: "https://evil.example"))).Message);
        Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(host, origin: "null"))).Message);
        using var own = await OpenAsync(host, origin: host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        Assert.Equal(WebSocketState.Open, own.State);
    }

    private static async Task<ClientWebSocket> OpenAsync(ApiHost host, string query = "", string token = ApiHost.AdminToken, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }
        var address = new UriBuilder(new Uri(host.Client.BaseAddress!, $"/api/v1{Exec}{query}")) { Scheme = "ws" };
        await socket.ConnectAsync(address.Uri, default);
        return socket;
    }

    private static Task SendAsync(WebSocket socket, string text, WebSocketMessageType type) => socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, default);

    private static async Task<(WebSocketMessageType Type, string Text)> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[4096];
        var got = await socket.ReceiveAsync(buffer, default);
        return (got.MessageType, Encoding.UTF8.GetString(buffer, 0, got.Count));
    }
}
