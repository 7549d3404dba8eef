using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Portal.Tests.Engine;

/// <summary>An sshd on loopback that refuses whoever comes while too many others are logging in.</summary>
internal sealed class StrictSshd : IAsyncDisposable
{
    private readonly Process _process;

    private StrictSshd(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<StrictSshd> StartAsync(string folder, string keyFile, string dockerSocket, int logins)
    {
        var port = FreePort();
        var (hostKey, config) = (Path.Combine(folder, "sshd_key"), Path.Combine(folder, "sshd_config"));
        Directory.CreateDirectory("/run/sshd");
        await CommandLine.RequireAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", hostKey]);
        await File.WriteAllTextAsync(config, $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {hostKey}
            PidFile none
            AuthorizedKeysFile {keyFile}.pub
            StrictModes no
            PermitRootLogin prohibit-password
            UsePAM no
            MaxStartups {logins}
            SetEnv DOCKER_HOST=unix://{dockerSocket} PATH={Environment.GetEnvironmentVariable("PATH")}

            """);
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-f", config, "-E", Path.Combine(folder, "sshd.log")]))!;
        var sshd = new StrictSshd(process, port);
        await sshd.AnswersAsync();
        return sshd;
    }

    private async Task AnswersAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
