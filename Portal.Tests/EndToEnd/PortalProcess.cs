using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Core.State.Embedded;

namespace Portal.Tests.EndToEnd;

/// <summary>One real Portal on a data directory of its own, its PostgreSQL included, and what can be done to it.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly StringBuilder _log = new();
    private readonly string? _connectionString;
    private readonly string? _roles;
    private readonly bool _published;
    private Process? _process;
    private PortalApi? _api;

    /// <param name="folder">Its data directory; a new one if null.</param>
    /// <param name="connectionString">A store of its own is not started, but that one used.</param>
    /// <param name="roles">As <c>web</c>; all if null.</param>
    /// <param name="published">As <c>run.sh</c> builds it, with assets compressed and cached; else the build that the tests belong to.</param>
    public PortalProcess(string? folder = null, string? connectionString = null, string? roles = null, bool published = false)
    {
        (_connectionString, _roles, _published) = (connectionString, roles, published);
        Data = folder ?? Directory.CreateTempSubdirectory("portal-e2e-").FullName;
        Port = FreePort();
        Address = new Uri($"http://127.0.0.1:{Port}");
    }

    public string Data { get; }

    /// <summary>What it has in its environment besides.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public int Port { get; }

    public Uri Address { get; }

    public string TokenFile => Path.Combine(Data, "bootstrap-token");

    /// <summary>The API with the administrator's token, once it was ready.</summary>
    public PortalApi Api => _api ?? throw new InvalidOperationException("Portal was never ready.");

    public int Pid => _process?.Id ?? throw new InvalidOperationException("Portal was never started.");

    /// <summary>What it and its predecessors on this folder printed.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts it without waiting for anything.</summary>
    public void Launch()
    {
        var info = new ProcessStartInfo("dotnet", [_published ? Published : Program, "--data", Data, "--port", Text(Port), "--no-local-host", .. _roles is null ? (string[])[] : ["--roles", _roles]])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        info.Environment["ConnectionStrings__Portal"] = _connectionString;
        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }
        if (_published)
        {
            info.Environment["ASPNETCORE_CONTENTROOT"] = Path.GetDirectoryName(Published);
        }
        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, e) => Line(e.Data);
        process.ErrorDataReceived += (_, e) => Line(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
    }

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        Launch();
        return await ReadyAsync();
    }

    /// <summary>Waits until <c>/readyz</c> answers 200 and the first token is there.</summary>
    public async Task<TimeSpan> ReadyAsync()
    {
        using var open = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var took = await Until.NothingIsWrongAsync(StartPatience, "Portal is ready", async () =>
        {
            if (_process!.HasExited)
            {
                throw new InvalidOperationException($"Portal ended with {_process.ExitCode}.\n{Log}");
            }
            try
            {
                using var answer = await open.GetAsync(new Uri(Address, "/readyz"));
                return answer.StatusCode != HttpStatusCode.OK ? $"/readyz answers {answer.StatusCode}" : File.Exists(TokenFile) ? null : "there is no bootstrap-token";
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return e.Message;
            }
        });
        _api ??= new PortalApi($"http://127.0.0.1:{Port}", (await File.ReadAllTextAsync(TokenFile)).Trim());
        return took;
    }

    /// <summary>The one-time link for the first account, once it is printed.</summary>
    public async Task<string> SetupLinkAsync()
    {
        await Until.NothingIsWrongAsync(StartPatience, "the link for the first account is printed", () => Task.FromResult(SetupLine().IsMatch(Log) ? null : Log));
        return SetupLine().Match(Log).Value;
    }

    /// <summary>As the machine's out-of-memory killer would (<c>kill -9</c>).</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public async Task EndAsync()
    {
        UnixSignal.Send(Pid, 15);
        using var patience = new CancellationTokenSource(StartPatience);
        await _process!.WaitForExitAsync(patience.Token);
    }

    /// <summary>SIGSTOP: it does nothing, and does not notice that time passes.</summary>
    public void Pause() => UnixSignal.Send(Pid, Stop);

    public void Resume() => UnixSignal.Send(Pid, Continue);

    /// <summary>SIGKILL to its database server; returns when another one has taken its place.</summary>
    public async Task KillDatabaseAsync()
    {
        var killed = DatabasePid;
        UnixSignal.Send(killed!.Value, UnixSignal.Kill);
        await Until.NothingIsWrongAsync(StartPatience, "the database is started again", () =>
            Task.FromResult(DatabasePid is { } pid && pid != killed ? null : "the old one's file is there still"));
    }

    /// <summary>SIGSTOP to every process of its database server: connections stay, nothing answers.</summary>
    public void PauseDatabase() => SignalDatabase(Stop);

    public void ResumeDatabase() => SignalDatabase(Continue);

    // Null while the file is gone or not written yet.
    private int? DatabasePid
    {
        get
        {
            try
            {
                return int.TryParse(File.ReadLines(Path.Combine(Data, "postgres", "postmaster.pid")).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private void SignalDatabase(int signal)
    {
        foreach (var pid in ClusterProcesses.Find(Path.Combine(Data, "postgres")))
        {
            UnixSignal.Send(pid, signal);
        }
    }

    /// <summary>Runs one command of Portal's, such as <c>backup FILE</c>, to its end.</summary>
    public static Task<CommandLine.Result> CommandAsync(params string[] arguments) => CommandLine.RunAsync("dotnet", [Program, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            Resume();
            ResumeDatabase();
            await KillAsync();
        }
        await ClusterProcesses.EndAsync(Path.Combine(Data, "postgres"), TimeProvider.System, CancellationToken.None);
        _process?.Dispose();
        _api?.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    // The build that the tests belong to, where the pages' files are: Portal/bin beside Portal.Tests/bin.
    private static string Program => Path.Combine(AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}Portal.Tests{Path.DirectorySeparatorChar}",
        $"{Path.DirectorySeparatorChar}Portal{Path.DirectorySeparatorChar}", StringComparison.Ordinal), "Portal.dll");

    private static string Published { get; } = Repository.PathTo("artifacts", "portal", "Portal.dll");

    private void Line(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"https?://\S+/setup/\S+")]
    private static partial Regex SetupLine();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
