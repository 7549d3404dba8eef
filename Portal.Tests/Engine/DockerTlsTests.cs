using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Mutual TLS with a real engine, and with listeners whose certificates are wrong in one way each.</summary>
public sealed class DockerTlsTests(TestHosts hosts) : EngineTestBase(hosts)
{
    [Fact]
    public async Task With_the_right_certificates_everything_works()
    {
        var host = await Hosts.TlsAsync();
        var engine = Connect(host.TcpEndpoint, TestCertificates.OfHosts().Client());
        var id = await StartAsync(engine, Request("a") with { Command = ["echo", "over tls"] });
        try
        {
            await EventuallyAsync(() => engine.InspectContainerAsync(id, Cancellation), d => d!.State == "exited");
            Assert.Equal("over tls", Assert.Single(await engine.ReadLogsAsync(id, new LogQuery(), Cancellation).ToListAsync(Cancellation)).Text);
        }
        finally
        {
            await engine.RemoveContainerAsync(id, force: true, Cancellation);
        }
    }

    [Fact]
    public async Task An_engine_that_another_authority_signed_is_not_trusted()
    {
        var host = await Hosts.TlsAsync();
        var right = TestCertificates.OfHosts().Client();
        var engine = Connect(host.TcpEndpoint, right with { Ca = TestCertificates.New().Ca });

        var failure = await FailsAsync(EngineError.InvalidEndpoint, () => engine.PingAsync(Cancellation));

        Assert.Contains("was not signed by the given CA", failure.Message);
    }

    [Fact]
    public async Task An_engine_refuses_a_certificate_of_another_authority()
    {
        var host = await Hosts.TlsAsync();
        var stranger = TestCertificates.New().Client();
        var engine = Connect(host.TcpEndpoint, stranger with { Ca = TestCertificates.OfHosts().Ca });

        var failure = await FailsAsync(EngineError.Denied, () => engine.PingAsync(Cancellation));

        Assert.Contains("refused our certificate. It was not signed by the given CA.", failure.Message);
    }

    [Fact]
    public async Task Our_expired_certificate_is_told_before_anything_is_contacted()
    {
        var host = await Hosts.TlsAsync();
        var expired = TestCertificates.New().Client(-20, -10);

        var failure = Assert.Throws<EngineException>(() => Connect(host.TcpEndpoint, expired));

        Assert.Equal(EngineError.InvalidEndpoint, failure.Error);
        Assert.Contains("expired since", failure.Message);
    }

    [Fact]
    public async Task Without_certificates_a_tls_engine_says_what_it_wants()
    {
        var host = await Hosts.TlsAsync();

        var failure = await FailsAsync(EngineError.InvalidEndpoint, () => Connect(host.TcpEndpoint).PingAsync(Cancellation));

        Assert.Contains("TLS only", failure.Message);
    }

    [Fact]
    public async Task An_engine_without_tls_is_told_so()
    {
        var engine = Connect(Hosts[1].TcpEndpoint, TestCertificates.New().Client());

        var failure = await FailsAsync(EngineError.InvalidEndpoint, () => engine.PingAsync(Cancellation));

        Assert.Contains("does that port speak TLS?", failure.Message);
    }

    [Fact]
    public async Task An_engines_expired_certificate_says_since_when()
    {
        var authority = TestCertificates.New();
        using var listener = new TlsListener(authority.Server(IPAddress.Loopback, -20, -10));

        var failure = await FailsAsync(EngineError.InvalidEndpoint, () => Connect(listener.Endpoint, authority.Client()).PingAsync(Cancellation));

        Assert.Contains("has been expired since", failure.Message);
    }

    [Fact]
    public async Task An_engines_certificate_for_another_name_says_which_it_is_for()
    {
        var authority = TestCertificates.New();
        using var listener = new TlsListener(authority.Server(IPAddress.Parse("10.9.8.7")));

        var failure = await FailsAsync(EngineError.InvalidEndpoint, () => Connect(listener.Endpoint, authority.Client()).PingAsync(Cancellation));

        Assert.Contains("is not for 127.0.0.1; it names 10.9.8.7", failure.Message);
    }

    /// <summary>Shows a certificate to whoever connects.</summary>
    private sealed class TlsListener : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;

        public TlsListener(X509Certificate2 certificate)
        {
            _certificate = certificate;
            _listener.Start();
            _ = AcceptAsync();
        }

        public string Endpoint => $"tcp://{_listener.LocalEndpoint}";

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await using var stream = new SslStream(client.GetStream());
                    await Record.ExceptionAsync(() => stream.AuthenticateAsServerAsync(_certificate));
                }
            }
            catch (SocketException)
            {
                // Closed.
            }
        }

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }
    }
}
