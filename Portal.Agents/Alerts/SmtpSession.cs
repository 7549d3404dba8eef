using System.Collections.Immutable;
using System.Net.Security;
using System.Text;
using Portal.Core.Alerts;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Agents.Alerts;

/// <summary>A mail server that refused; the message is its own words.</summary>
internal sealed class SmtpRefusal(string message) : Exception(message);

/// <summary>One conversation with a mail server. Of our own: no served library lets the address be checked that is connected to.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int LongestReply = 16 * 1024;
    private Stream stream;
    private string greeting = "";

    private SmtpSession(Stream stream) => this.stream = stream;

    /// <summary>Connects and greets, with TLS as set: a server that will not is refused.</summary>
    public static async Task<SmtpSession> OpenAsync(AlertSettings settings, AllowedAddresses allowed, CancellationToken cancellation)
    {
        var session = new SmtpSession(await OutsideDialer.DialAsync(settings.Host, settings.Port, allowed, cancellation));
        try
        {
            if (settings.Security == SmtpSecurity.Tls)
            {
                await session.SecureAsync(settings.Host, cancellation);
            }
            await session.ExpectAsync('2', cancellation);
            session.greeting = await session.AskAsync("EHLO portal", '2', cancellation);
            if (settings.Security == SmtpSecurity.StartTls)
            {
                if (session.OfferOf("STARTTLS") is null)
                {
                    throw new SmtpRefusal("Not sent: the mail server does not offer STARTTLS.");
                }
                await session.AskAsync("STARTTLS", '2', cancellation);
                await session.SecureAsync(settings.Host, cancellation);
                session.greeting = await session.AskAsync("EHLO portal", '2', cancellation);
            }
            return session;
        }
        catch
        {
            await session.stream.DisposeAsync();
            throw;
        }
    }

    public async Task SignInAsync(string user, string password, CancellationToken cancellation)
    {
        var offered = (OfferOf("AUTH") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (offered.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            await AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", '2', cancellation);
            return;
        }
        if (!offered.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            throw new SmtpRefusal($"Not sent: the mail server takes no user and password by PLAIN or LOGIN{(offered.Length == 0 ? "" : $", only by {string.Join(", ", offered)}")}.");
        }
        await AskAsync("AUTH LOGIN", '3', cancellation);
        await AskAsync(Base64(user), '3', cancellation);
        await AskAsync(Base64(password), '2', cancellation);
    }

    /// <returns>What the server said when it took the mail.</returns>
    public async Task<string> SendAsync(string from, ImmutableArray<string> to, string mail, CancellationToken cancellation)
    {
        await AskAsync($"MAIL FROM:<{from}>", '2', cancellation);
        foreach (var mailbox in to)
        {
            await AskAsync($"RCPT TO:<{mailbox}>", '2', cancellation);
        }
        await AskAsync("DATA", '3', cancellation);
        // A line of one full stop would end the mail.
        var body = mail.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return InOneLine(await AskAsync($"{body}\r\n.", '2', cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await AskAsync("QUIT", '2', brief.Token);
        }
        catch (Exception)
        {
            // It has the mail, or said why not; whatever the connection has come to.
        }
        await stream.DisposeAsync();
    }

    private async Task SecureAsync(string host, CancellationToken cancellation)
    {
        var secure = new SslStream(stream);
        stream = secure;
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation);
    }

    private async Task<string> AskAsync(string line, char expected, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);
        await stream.FlushAsync(cancellation);
        return await ExpectAsync(expected, cancellation);
    }

    /// <summary>Reads one reply, of several lines perhaps.</summary>
    private async Task<string> ExpectAsync(char expected, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        while (true)
        {
            var line = await ReadLineAsync(cancellation);
            text.Append(text.Length > 0 ? "\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-')
            {
                var reply = text.ToString();
                return reply.Length > 0 && reply[0] == expected ? reply : throw new SmtpRefusal($"The mail server answered: {InOneLine(reply)}");
            }
            if (text.Length > LongestReply)
            {
                throw new SmtpRefusal("The mail server's answer does not end.");
            }
        }
    }

    // Byte by byte, for what comes behind may belong to TLS; a few dozen bytes a mail.
    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellation) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
            if (line.Count > LongestReply)
            {
                throw new SmtpRefusal("The mail server's answer does not end.");
            }
        }
        return line.Count == 0 && one[0] != '\n' ? throw new IOException("the mail server closed the connection") : Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }

    /// <summary>What the server said of a thing that it can do, as <c>PLAIN LOGIN</c> of <c>AUTH</c>; null if it cannot.</summary>
    private string? OfferOf(string keyword) => greeting.Split('\n').Skip(1).Select(line => line.Length > 4 ? line[4..] : "")
        .Where(offer => offer.Split(' ')[0].Equals(keyword, StringComparison.OrdinalIgnoreCase)).Select(offer => offer[keyword.Length..].Trim()).FirstOrDefault();

    private static string InOneLine(string reply) => reply.Replace('\n', ' ');

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
