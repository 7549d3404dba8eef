using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Show 8: an alert on a degraded app reaches a real mail server and a webhook once each, and its recovery too, also when Portal is killed in between.</summary>
public sealed class AlertTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_degraded_app_is_told_once_and_that_it_recovered_too()
    {
        await using var mail = await MailServer.StartAsync();
        await using var hook = new Webhook();
        await Api.PutAsync("teams/default/alerts/targets/hook", new { kind = "Webhook", address = $"http://127.0.0.1:{hook.Port}/alerts" });
        await Api.PutAsync("teams/default/alerts/targets/mail", new { kind = "Email", address = "ops@example.org" });

        var refused = await Api.SendAsync(HttpMethod.Post, "teams/default/alerts/targets/hook/test");
        Assert.Contains("inside Portal's own network", refused.Body, StringComparison.Ordinal);
        await Api.PutAsync("alerts/settings", new { smtp = new { host = "127.0.0.1", port = mail.Port, security = "None", from = "portal@example.org" }, allowed = new[] { "127.0.0.1" } });
        Assert.Contains("204", (await Api.SendAsync(HttpMethod.Post, "teams/default/alerts/targets/hook/test")).Body, StringComparison.Ordinal);
        Assert.Single(hook.Take("test"));

        await Api.PutAsync("teams/default/alerts/rules/broken", new { kind = "AppStatus", states = new[] { "Degraded", "Failed", "Pending" }, app = "web", @for = "1s", targets = new[] { "hook", "mail" } });
        await Api.PutAppAsync("web", new
        {
            image = "test/web:1",
            replicas = 2,
            ports = new[] { new { name = "http", containerPort = 8080 } },
            health = new { kind = "http", port = "http", path = "/health", interval = "1s", timeout = "10s", retries = 3, onUnhealthy = "none" },
            stop = new { gracePeriod = "1s" },
        });
        await Cluster.RunsAsync("web", 2, Patience);
        Assert.Empty(hook.Take("firing"));

        await SickenAsync("sicken");
        Say("the webhook was told", await ToldAsync(hook, mail, "firing"));
        // It goes on without being told again, also by the next process.
        // One that dies between a target's answer and writing it down tells again, under the same id; so it is let write first.
        await Until.NothingIsWrongAsync(Patience, "both answers are written down", async () =>
            (await Api.AskAsync("teams/default/alerts/notices")).GetProperty("items").EnumerateArray().Count(n => n.GetProperty("answer").GetString() is { Length: > 0 }) == 2 ? null : "an answer is still to be written down");
        await Portal.KillAsync();
        await Portal.StartAsync();
        await SickenAsync("heal");
        Say("it was told of the recovery", await ToldAsync(hook, mail, "resolved"));
        await Until.StaysRightAsync(TimeSpan.FromSeconds(5), "each was told once", () => Task.FromResult(hook.Count("firing") == 1 && hook.Count("resolved") == 1 ? null : $"something was told again: {string.Join(", ", hook.Take("firing").Concat(hook.Take("resolved")).Select(h => $"{h.Event} {h.Id} {h.Body}"))}"));

        var fired = JsonDocument.Parse(Assert.Single(hook.Take("firing")).Body).RootElement;
        Assert.Equal("web", fired.GetProperty("app").GetString());
        Assert.Contains("default/web is", fired.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var mails = mail.Mails();
        Assert.Equal(2, mails.Count);
        Assert.Equal(2, mails.Select(m => m.Split('\n').Single(l => l.StartsWith("Message-ID:", StringComparison.Ordinal))).Distinct().Count());
        Assert.All(mails, m => Assert.Contains("To: ops@example.org", m, StringComparison.Ordinal));
        var notices = (await Api.AskAsync("teams/default/alerts/notices")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(4, notices.Count);
        Assert.All(notices, n => Assert.Matches("204|250", n.GetProperty("answer").GetString()));
        Assert.All(notices, n => Assert.Equal(1, n.GetProperty("tries").GetInt32()));
    }

    private async Task SickenAsync(string how)
    {
        using var http = new HttpClient();
        var services = await Api.AskAsync("services/web?team=default");
        var endpoint = services.GetProperty("endpoints")[0];
        await http.GetStringAsync(new Uri($"http://{endpoint.GetProperty("address").GetString()}:{endpoint.GetProperty("port").GetInt32().ToString(CultureInfo.InvariantCulture)}/cgi-bin/{how}"));
    }

    private static Task<TimeSpan> ToldAsync(Webhook hook, MailServer mail, string what) => Until.NothingIsWrongAsync(Patience, $"both targets were told {what}", () =>
        Task.FromResult(hook.Count(what) == 1 && mail.Mails().Count(m => m.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes($"[{what}] broken: default/web")), StringComparison.Ordinal)) == 1
            ? null : $"the webhook heard {hook.Count(what)} and the mail server has {mail.Mails().Count} mails"));

    /// <summary>A real HTTP server that keeps what it is told.</summary>
    private sealed class Webhook : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<(string Event, string Id, string Body)> _heard = new();
        private readonly Task _serving;

        public Webhook()
        {
            Port = PortalProcess.FreePort();
            _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port { get; }

        public int Count(string what) => Take(what).Count;

        public List<(string Event, string Id, string Body)> Take(string what) => [.. _heard.Where(h => h.Event == what)];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    var body = await reader.ReadToEndAsync();
                    _heard.Enqueue((JsonDocument.Parse(body).RootElement.GetProperty("event").GetString()!, context.Request.Headers["Portal-Notice-Id"] ?? "", body));
                    context.Response.StatusCode = 204;
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Stopped.
            }
        }
    }

    /// <summary>A real mail server (aiosmtpd) that keeps its mails in a folder.</summary>
    private sealed class MailServer : IAsyncDisposable
    {
        // Debian's own, which has its packages.
        private const string Python = "/usr/bin/python3";
        private readonly string _folder = Directory.CreateTempSubdirectory("portal-mail-").FullName;
        private readonly Process _process;

        private MailServer()
        {
            Port = PortalProcess.FreePort();
            _process = Process.Start(new ProcessStartInfo(Python, ["-m", "aiosmtpd", "-n", "-l", $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}", "-c", "aiosmtpd.handlers.Mailbox", Path.Combine(_folder, "box")]))!;
        }

        public int Port { get; }

        public static async Task<MailServer> StartAsync()
        {
            if ((await CommandLine.RunAsync(Python, ["-c", "import aiosmtpd"])).ExitCode != 0)
            {
                Needs.SkipOrFail("aiosmtpd is needed (apt-get install python3-aiosmtpd).");
            }
            var server = new MailServer();
            await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(20), "the mail server listens", async () =>
            {
                using var client = new System.Net.Sockets.TcpClient();
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, server.Port);
                    return null;
                }
                catch (System.Net.Sockets.SocketException e)
                {
                    return e.Message;
                }
            });
            return server;
        }

        public List<string> Mails() => Directory.Exists(Path.Combine(_folder, "box", "new")) ? [.. Directory.EnumerateFiles(Path.Combine(_folder, "box", "new")).Select(File.ReadAllText)] : [];

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
