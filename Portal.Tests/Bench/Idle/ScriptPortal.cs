using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Portal.Tests.EndToEnd;

namespace Portal.Tests.Bench.Idle;

/// <summary>Portal as a user starts it: by <c>run.sh</c>, already built.</summary>
internal sealed class ScriptPortal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private readonly string _data;
    private readonly Process _process;

    private ScriptPortal(string data, int port, Process process)
    {
        _data = data;
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    /// <summary>The script becomes Portal, so this is Portal's too.</summary>
    public int Pid => _process.Id;

    /// <summary>The first administrator's token.</summary>
    public string Token => File.ReadAllText(Path.Combine(_data, "bootstrap-token")).Trim();

    public static ScriptPortal Start(string data)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var info = new ProcessStartInfo(Repository.PathTo("run.sh"), ["--data", data, "--port", port.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment.Remove("ConnectionStrings__Portal");
        info.Environment["PORTAL_NO_ENGINE"] = "1";
        var process = Process.Start(info)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ScriptPortal(data, port, process);
    }

    /// <summary>Starts it and gives how long it took to be ready.</summary>
    public static async Task<(ScriptPortal Portal, TimeSpan Took)> StartReadyAsync(string data, CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        var portal = Start(data);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (!await portal.IsReadyAsync(http, cancellation))
        {
            if (portal._process.HasExited || Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new InvalidOperationException("run.sh started no Portal that becomes ready.");
            }
            await Task.Delay(Poll, TimeProvider.System, cancellation);
        }
        return (portal, Stopwatch.GetElapsedTime(begin));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await CommandLine.RunAsync("kill", ["-TERM", Pid.ToString(CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token);
        }
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "/readyz"), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
