using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Tests.Browser;

/// <summary>A real Portal with a data directory and a PostgreSQL of its own, ended with everything it started.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly StringBuilder _output;

    private PortalProcess(Process process, DirectoryInfo data, StringBuilder output, Uri address, string setupLink) =>
        (_process, _data, _output, Address, SetupLink) = (process, data, output, address, setupLink);

    public Uri Address { get; }

    /// <summary>The one-time link for the first account.</summary>
    public string SetupLink { get; }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<PortalProcess> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("portal-browser-");
        var port = FreePort();
        // The build that the tests belong to: Portal/bin beside Portal.Tests/bin.
        var program = Path.Combine(AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}Portal.Tests{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}Portal{Path.DirectorySeparatorChar}", StringComparison.Ordinal), "Portal.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { program, "--data", data.FullName, "--port", $"{port}" })
        {
            start.ArgumentList.Add(argument);
        }
        var output = new StringBuilder();
        var link = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        void Take(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
            if (line is not null && SetupLine().Match(line) is { Success: true } match)
            {
                link.TrySetResult(match.Value);
            }
        }
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.Exited += (_, _) => link.TrySetException(new InvalidOperationException($"Portal ended while it started:\n{output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var address = new Uri($"http://127.0.0.1:{port}");
        var portal = new PortalProcess(process, data, output, address, await link.Task.WaitAsync(StartLimit));
        await portal.BecomesReadyAsync();
        return portal;
    }

    private async Task BecomesReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var limit = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await http.GetAsync("/readyz")).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            Assert.True(limit.Elapsed < StartLimit, $"Portal was not ready in time:\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // In good order, so that its PostgreSQL ends too.
            await Tests.CommandLine.RunAsync("kill", ["-TERM", $"{_process.Id}"]);
            try
            {
                await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"https?://\S+/setup/\S+")]
    private static partial Regex SetupLine();
}
