using System.Net.Sockets;
using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Tests.Agents.Probes;

/// <summary>Probes against real sockets.</summary>
public sealed class SocketProbeTests
{
    private readonly SocketProbe _probe = new(TimeProvider.System);
    private string _asked = "";

    private static HealthSpec Http { get; } = new() { Kind = HealthKind.Http, Path = "/up", Timeout = TimeSpan.FromSeconds(5) };

    private static HealthSpec Wanting(string? body = null, string status = "200-399") =>
        Http with { Match = new HealthMatch { Body = body, Status = StatusRanges.TryParse(status, out var ranges) ? ranges : throw new FormatException(status) } };

    private Task<ProbeAnswer> AskAsync(TestServer server, HealthSpec policy, string address = "127.0.0.1") =>
        _probe.AskAsync(new ProbeQuestion(address, server.Port, policy), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "200-399", true, "answered 200")]
    [InlineData("HTTP/1.0 204\r\n\r\n", "200-399", true, "answered 204")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n", "200-399", true, "answered 302")]
    [InlineData("HTTP/1.1 503 Busy\r\n\r\n", "200-399", false, "answered 503")]
    [InlineData("HTTP/1.1 302 Found\r\n\r\n", "200-299", false, "answered 302 instead of 200-299")]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", "404", true, "answered 404")]
    [InlineData("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "200-399", true, "answered 200")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "200-399", false, "answered what is no HTTP")]
    [InlineData("HTTP/1.1 fine\r\n\r\n", "200-399", false, "answered what is no HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\n", "200-399", false, "closed the connection without an answer")]
    [InlineData("", "200-399", false, "closed the connection without an answer")]
    public async Task An_answer_is_judged_by_its_status(string answer, string status, bool passed, string words)
    {
        // In one piece, and a byte at a time.
        foreach (var pieces in new[] { [answer], answer.Select(c => c.ToString()).ToArray() })
        {
            await using var server = TestServer.Answering(a => _asked = a, pieces);
            var heard = await AskAsync(server, Wanting(status: status));

            Assert.Equal((passed ? ProbeOutcome.Passed : ProbeOutcome.Failed, $"GET http://127.0.0.1:{server.Port}/up {words}"), (heard.Outcome, heard.Text));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nall is well", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nall is well", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nall is well", false)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6;x=y\r\nall is\r\n5\r\n well\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nall is\r\n0\r\n\r\nis well", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nall is wéll", false)]
    [InlineData("HTTP/1.1 500 Error\r\n\r\nall is well", false)]
    public async Task A_text_may_have_to_occur(string answer, bool passed)
    {
        foreach (var pieces in new[] { [answer], answer.Select(c => c.ToString()).ToArray() })
        {
            await using var server = TestServer.Answering(a => _asked = a, pieces);

            Assert.Equal(passed ? ProbeOutcome.Passed : ProbeOutcome.Failed, (await AskAsync(server, Wanting("is well"))).Outcome);
        }
    }

    [Fact]
    public async Task A_body_is_searched_no_further_than_its_bound_and_not_waited_for_without_need()
    {
        var flood = new string('x', HttpAnswer.MaxBodyBytes);
        await using var server = new TestServer(async (socket, cancellation) =>
        {
            await TestServer.ReadHeadAsync(socket, cancellation);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n\r\n{flood}needle"), cancellation);
            // Never ends by itself.
            await socket.ReceiveAsync(new byte[1], cancellation);
        });

        Assert.Equal(ProbeOutcome.Passed, (await AskAsync(server, Http)).Outcome);
        Assert.Contains("without the text \"needle\"", (await AskAsync(server, Wanting("needle"))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 2000\r\n")]
    [InlineData("")]
    public async Task A_server_that_sends_its_body_later_is_not_cut_off(string header)
    {
        var failure = new TaskCompletionSource<SocketException?>();
        await using var server = new TestServer(async (socket, cancellation) =>
        {
            try
            {
                await TestServer.ReadHeadAsync(socket, cancellation);
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{header}\r\n"), cancellation);
                for (var i = 0; i < 20; i++)
                {
                    await socket.SendAsync(new byte[100], cancellation);
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation);
                }
                socket.Shutdown(SocketShutdown.Send);
                failure.SetResult(await socket.ReceiveAsync(new byte[1], cancellation) == 0 ? null : new SocketException());
            }
            catch (SocketException e)
            {
                failure.SetResult(e);
            }
        });

        Assert.Equal(ProbeOutcome.Passed, (await AskAsync(server, Http)).Outcome);
        Assert.Null(await failure.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Headers_are_sent_and_take_the_place_of_the_probes_own()
    {
        await using var server = TestServer.Answering(a => _asked = a, "HTTP/1.1 200 OK\r\n\r\n");

        await AskAsync(server, Http with { Path = "/a?b=ü#c" });
        Assert.Equal($"GET /a?b=%C3%BC HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nUser-Agent: Portal-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n", _asked);
        await AskAsync(server, Http with { Headers = Http.Headers.Add("host", "shop.example").Add("X-Probe", "1") }, "localhost");
        Assert.Equal("GET /up HTTP/1.1\r\nUser-Agent: Portal-probe\r\nAccept: */*\r\nConnection: close\r\nX-Probe: 1\r\nhost: shop.example\r\n\r\n", _asked);
    }

    [Fact]
    public async Task One_that_hangs_has_not_answered_in_time()
    {
        await using var server = new TestServer((socket, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation));

        var heard = await AskAsync(server, Http with { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal((ProbeOutcome.Failed, $"GET http://127.0.0.1:{server.Port}/up did not answer within 200ms"), (heard.Outcome, heard.Text));
        Assert.InRange(heard.Took.TotalMilliseconds, 150, 5000);
    }

    [Theory]
    [InlineData(HealthKind.Http, "GET http://127.0.0.1:{0}/up refused the connection")]
    [InlineData(HealthKind.Tcp, "tcp://127.0.0.1:{0} refused the connection")]
    public async Task Without_a_connection_nothing_is_said_of_the_instance_alone(HealthKind kind, string words)
    {
        var server = new TestServer((_, _) => Task.CompletedTask);
        var port = server.Port;
        await server.DisposeAsync();

        var heard = await _probe.AskAsync(new ProbeQuestion("127.0.0.1", port, Http with { Kind = kind }), TestContext.Current.CancellationToken);

        Assert.Equal((ProbeOutcome.Silent, string.Format(words, port)), (heard.Outcome, heard.Text));
        Assert.Equal(ProbeOutcome.Silent, (await _probe.AskAsync(new ProbeQuestion("no-such-host.invalid", port, Http), TestContext.Current.CancellationToken)).Outcome);
    }

    [Fact]
    public async Task A_connection_that_stays_is_enough_for_tcp()
    {
        await using var server = new TestServer((socket, cancellation) => socket.ReceiveAsync(new byte[1], cancellation).AsTask());
        var heard = await AskAsync(server, Http with { Kind = HealthKind.Tcp });
        Assert.Equal((ProbeOutcome.Passed, $"tcp://127.0.0.1:{server.Port} accepted a connection"), (heard.Outcome, heard.Text));

        await using var greeting = new TestServer(async (socket, cancellation) => await socket.SendAsync("220 hello"u8.ToArray(), cancellation));
        Assert.Equal(ProbeOutcome.Passed, (await AskAsync(greeting, Http with { Kind = HealthKind.Tcp })).Outcome);

        // As an engine's proxy does for a container that does not listen.
        await using var proxy = new TestServer((socket, _) =>
        {
            socket.Shutdown(SocketShutdown.Both);
            return Task.CompletedTask;
        });
        var closed = await AskAsync(proxy, Http with { Kind = HealthKind.Tcp });
        Assert.Equal((ProbeOutcome.Failed, $"tcp://127.0.0.1:{proxy.Port} accepted a connection and closed it at once"), (closed.Outcome, closed.Text));
    }
}
