using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Portal.Tests.EndToEnd;

/// <summary>A real mail server (aiosmtpd) that wants TLS and a user, and writes down what it took and from whom.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    public const string User = "portal";
    public const string Password = "open sesame";
    // Debian's own, which has its packages.
    private const string Python = "/usr/bin/python3";
    private const string Script = """
        import asyncio, json, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult
        port, way, pem, mechanisms, book = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4].split(','), sys.argv[5]
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(pem)
        class Handler:
            async def handle_DATA(self, server, session, envelope):
                with open(book, 'a') as f:
                    f.write(json.dumps({'to': envelope.rcpt_tos, 'user': session.auth_data, 'mail': envelope.content.decode()}) + '\n')
                return '250 OK: taken'
        def check(server, session, envelope, mechanism, data):
            good = data.login == b'portal' and data.password == b'open sesame'
            return AuthResult(success=good, handled=False, auth_data=mechanism)
        def session():
            return SMTP(Handler(), authenticator=check, auth_required=True, auth_require_tls=way == 'starttls', require_starttls=way == 'starttls',
                        tls_context=tls if way == 'starttls' else None, auth_exclude_mechanism=[m for m in ('PLAIN', 'LOGIN') if m not in mechanisms])
        async def serve():
            server = await asyncio.get_running_loop().create_server(session, '127.0.0.1', port, ssl=tls if way == 'tls' else None)
            await server.serve_forever()
        asyncio.run(serve())
        """;
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-smtp-").FullName;
    private readonly Process _process;

    private SmtpServer(string way, X509Certificate2 certificate, string mechanisms)
    {
        Port = PortalProcess.FreePort();
        var pem = Path.Combine(_folder, "server.pem");
        File.WriteAllText(pem, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        _process = Process.Start(new ProcessStartInfo(Python, ["-c", Script, Port.ToString(CultureInfo.InvariantCulture), way, pem, mechanisms, Book]))!;
    }

    public int Port { get; }

    private string Book => Path.Combine(_folder, "book");

    /// <param name="way"><c>starttls</c>, <c>tls</c> from the first byte, or <c>none</c>.</param>
    /// <param name="certificate">Its own, with the key.</param>
    /// <param name="mechanisms">How users may sign in, parted by commas.</param>
    public static async Task<SmtpServer> StartAsync(string way, X509Certificate2 certificate, string mechanisms)
    {
        if ((await CommandLine.RunAsync(Python, ["-c", "import aiosmtpd"])).ExitCode != 0)
        {
            Needs.SkipOrFail("aiosmtpd is needed (apt-get install python3-aiosmtpd).");
        }
        var server = new SmtpServer(way, certificate, mechanisms);
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(60), "the mail server listens", async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, server.Port);
                return null;
            }
            catch (SocketException e)
            {
                return e.Message;
            }
        });
        return server;
    }

    /// <summary>By which mechanism whose mails came, and to whom.</summary>
    public List<(string User, string To, string Mail)> Taken() => !File.Exists(Book) ? [] :
        [.. File.ReadAllLines(Book).Select(l => JsonDocument.Parse(l).RootElement).Select(m => (m.GetProperty("user").GetString()!, m.GetProperty("to")[0].GetString()!, m.GetProperty("mail").GetString()!))];

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
