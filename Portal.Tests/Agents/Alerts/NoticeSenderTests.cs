using System.Net;
using System.Net.Sockets;
using System.Text;
using Portal.Agents.Alerts;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Tests.Agents.Alerts;

/// <summary>What a target gets over the wire, and what it may not be.</summary>
public sealed class NoticeSenderTests
{
    private static readonly NoticeMessage s_message = new(Guid.Parse("44444444-4444-4444-4444-444444444444"), "[firing] degraded: default/web\r\nBcc: evil@example.org", "why\n.\nthe end", """{"event":"firing"}""");
    private readonly NoticeSender _sender = new(TimeProvider.System);

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", true, "204 No Content")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe\tlo", true, "200 OK: he lo")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\ndown", false, "500 Oops: down")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", false, "302 Found: a redirect, which is not followed")]
    public async Task A_webhook_gets_the_notice_and_its_answer_is_told(string reply, bool accepted, string words)
    {
        using var server = new OneCall(_ => reply);
        var answer = await _sender.SendAsync(At($"http://127.0.0.1:{server.Port}/hook", "127.0.0.1"), s_message, TestContext.Current.CancellationToken);

        Assert.Equal(new NoticeAnswer(accepted, words), answer);
        var request = await server.Heard;
        Assert.StartsWith("POST /hook HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"Portal-Notice-Id: {s_message.Id}\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("""{"event":"firing"}""", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    public async Task Nothing_inside_is_connected_to(string url)
    {
        using var server = new OneCall(_ => "HTTP/1.1 200 OK\r\n\r\n");
        var answer = await _sender.SendAsync(At(string.Format(null, url, server.Port)), s_message, TestContext.Current.CancellationToken);

        Assert.False(answer.Accepted);
        Assert.Contains("inside Portal's own network", answer.Text, StringComparison.Ordinal);
        Assert.False(server.Heard.IsCompleted);
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        int port;
        using (var free = new OneCall(_ => ""))
        {
            port = free.Port;
        }
        var answer = await _sender.SendAsync(At($"http://127.0.0.1:{port}/", "127.0.0.0/8"), s_message, TestContext.Current.CancellationToken);

        Assert.False(answer.Accepted);
        Assert.StartsWith("It could not be reached", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_inside_is_refused_and_one_without_a_name_too()
    {
        Assert.Contains("inside Portal's own network", (await _sender.SendAsync(Mail(25), s_message, TestContext.Current.CancellationToken)).Text, StringComparison.Ordinal);
        var none = Mail(25) with { Settings = Mail(25).Settings with { Host = "" } };
        Assert.Contains("No mail server is set", (await _sender.SendAsync(none, s_message, TestContext.Current.CancellationToken)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_has_the_notices_id_and_no_header_of_others()
    {
        var mail = MailText.Write(s_message, "portal@example.org", ["a@example.org"], DateTimeOffset.UnixEpoch);

        Assert.Contains($"Message-ID: <{s_message.Id}@portal>\r\n", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc:", mail, StringComparison.Ordinal);
        Assert.Contains("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n", mail, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(s_message.Text)), mail, StringComparison.Ordinal);
    }

    private static NoticeAddress At(string url, params string[] allowed) => new(AlertTargetKind.Webhook, url, new AlertSettings("", 587, SmtpSecurity.None, "", false, "", [.. allowed], ""), null);

    private static NoticeAddress Mail(int port) => new(AlertTargetKind.Email, "a@example.org", new AlertSettings("127.0.0.1", port, SmtpSecurity.None, "", false, "portal@example.org", [], ""), null);

    /// <summary>A server that takes one connection, reads what comes first, and answers.</summary>
    private sealed class OneCall : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public OneCall(Func<string, string> reply)
        {
            _listener.Start();
            Heard = AnswerAsync(reply);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task<string> Heard { get; }

        public void Dispose() => _listener.Stop();

        private async Task<string> AnswerAsync(Func<string, string> reply)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            var buffer = new byte[16 * 1024];
            var text = "";
            while (!text.Contains("\r\n\r\n", StringComparison.Ordinal) || !text.EndsWith('}'))
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0)
                {
                    break;
                }
                text += Encoding.UTF8.GetString(buffer, 0, read);
            }
            await stream.WriteAsync(Encoding.UTF8.GetBytes(reply(text)));
            return text;
        }
    }
}
