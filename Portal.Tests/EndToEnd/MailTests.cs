using System.Net;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Portal's own mail client against a real server with TLS and users: what it takes, and what is said where it does not.</summary>
public sealed class MailTests
{
    [Fact(Timeout = 300_000)]
    public async Task Mails_go_over_TLS_with_a_user_and_what_hinders_them_is_said()
    {
        var (trusted, other) = (TestCertificates.New(), TestCertificates.New());
        using var good = trusted.Server(IPAddress.Loopback);
        using var elsewhere = trusted.Server(IPAddress.Parse("192.0.2.1"));
        using var expired = trusted.Server(IPAddress.Loopback, -30, -1);
        using var unknown = other.Server(IPAddress.Loopback);
        await using var starttls = await SmtpServer.StartAsync("starttls", good, "PLAIN,LOGIN");
        await using var implicitly = await SmtpServer.StartAsync("tls", good, "LOGIN");
        await using var plain = await SmtpServer.StartAsync("none", good, "PLAIN");
        var folder = Directory.CreateTempSubdirectory("portal-e2e-").FullName;
        var authorities = Path.Combine(folder, "authorities.pem");
        await File.WriteAllTextAsync(authorities, trusted.Ca, TestContext.Current.CancellationToken);
        await using var portal = new PortalProcess(folder) { Environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = authorities } };
        await portal.StartAsync();
        await portal.Api.PutAsync("teams/default/alerts/targets/mail", new { kind = "Email", address = "ops@example.org" });

        Assert.Equal((true, "250 OK: taken"), await SendAsync(portal, starttls.Port, "StartTls"));
        Assert.Equal((true, "250 OK: taken"), await SendAsync(portal, implicitly.Port, "Tls"));
        Assert.Equal(("PLAIN", "ops@example.org"), starttls.Taken().Select(t => (t.User, t.To)).Single());
        Assert.Equal(("LOGIN", "ops@example.org"), implicitly.Taken().Select(t => (t.User, t.To)).Single());
        Assert.Contains("Subject: =?utf-8?B?", starttls.Taken()[0].Mail, StringComparison.Ordinal);

        foreach (var (port, security) in new[] { (starttls.Port, "StartTls"), (implicitly.Port, "Tls") })
        {
            var (accepted, words) = await SendAsync(portal, port, security, "wrong");
            Assert.False(accepted);
            Assert.Matches("^The mail server answered: 535 ", words);
            Assert.DoesNotContain("wrong", words, StringComparison.Ordinal);
        }
        foreach (var bad in new[] { elsewhere, expired, unknown })
        {
            await using var server = await SmtpServer.StartAsync(bad == expired ? "tls" : "starttls", bad, "PLAIN");
            var (accepted, words) = await SendAsync(portal, server.Port, bad == expired ? "Tls" : "StartTls");
            Assert.False(accepted);
            Assert.StartsWith("Not sent: there is no protected connection to it. The remote certificate ", words, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine(words);
            Assert.Empty(server.Taken());
        }
        Assert.Equal((false, "Not sent: the mail server does not offer STARTTLS."), await SendAsync(portal, plain.Port, "StartTls"));
        Assert.StartsWith("Not sent: there is no protected connection", (await SendAsync(portal, plain.Port, "Tls")).Words, StringComparison.Ordinal);
        // A server that waits for TLS says nothing, for ever.
        Assert.Equal((false, "It did not answer within 15 s."), await SendAsync(portal, implicitly.Port, "StartTls"));
        Assert.Equal((1, 1, 0), (starttls.Taken().Count, implicitly.Taken().Count, plain.Taken().Count));
    }

    private static async Task<(bool Accepted, string Words)> SendAsync(PortalProcess portal, int port, string security, string password = SmtpServer.Password)
    {
        await portal.Api.PutAsync("alerts/settings", new { smtp = new { host = "127.0.0.1", port, security, from = "portal@example.org", user = SmtpServer.User, password }, allowed = new[] { "127.0.0.1" } });
        var answer = JsonDocument.Parse((await portal.Api.SendAsync(HttpMethod.Post, "teams/default/alerts/targets/mail/test")).Body).RootElement;
        return (answer.GetProperty("accepted").GetBoolean(), answer.GetProperty("answer").GetString()!);
    }
}
