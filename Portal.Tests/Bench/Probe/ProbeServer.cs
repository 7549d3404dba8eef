using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Portal.Tests.Bench.Probe;

/// <summary>A process of its own that listens at many ports and answers every request alike, so that what the prober takes is the prober's alone.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private static readonly byte[] s_answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"u8.ToArray();
    private readonly Process _process;

    private ProbeServer(Process process, int[] ports) => (_process, Ports) = (process, ports);

    public IReadOnlyList<int> Ports { get; }

    public static async Task<ProbeServer> StartAsync(int ports, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!, [.. Program(), "probe-server", ports.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        var process = Process.Start(info) ?? throw new InvalidOperationException("The server did not start.");
        var line = await process.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("The server ended.");
        return new ProbeServer(process, [.. line.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture))]);
    }

    /// <summary>The process itself: serves until its input ends.</summary>
    public static async Task<int> RunAsync(string count)
    {
        var sockets = Enumerable.Range(0, int.Parse(count, CultureInfo.InvariantCulture)).Select(_ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen();
            return socket;
        }).ToList();
        sockets.ForEach(s => _ = ServeAsync(s));
        Console.WriteLine(string.Join(' ', sockets.Select(s => ((IPEndPoint)s.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture))));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Run by `dotnet`, that is the process, and the program its first argument.
    private static string[] Program() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ProbeServer).Assembly.Location] : [];

    private static async Task ServeAsync(Socket listener)
    {
        var buffer = new byte[4096];
        while (true)
        {
            using var socket = await listener.AcceptAsync();
            if (await socket.ReceiveAsync(buffer.AsMemory()) > 0)
            {
                await socket.SendAsync(s_answer.AsMemory());
            }
        }
    }
}
