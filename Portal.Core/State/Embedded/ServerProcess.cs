using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Portal.Core.State.Embedded;

/// <summary>One run of the server, from its start to its end.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string ReadyLine = "database system is ready to accept connections";
    private const int KeptLines = 20;
    private readonly Process _process;
    private readonly ILogger _logger;
    private readonly Queue<string> _lastLines = new();
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, ILogger logger)
    {
        _process = process;
        _logger = logger;
        Id = process.Id;
        Exited = RunAsync();
    }

    public int Id { get; }

    /// <summary>Done when the process has ended.</summary>
    public Task Exited { get; }

    /// <summary>True once it accepts connections; false if it ended before that.</summary>
    public Task<bool> Ready => _ready.Task;

    /// <summary>What it said last, for a message about its end.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join(" ", _lastLines);
            }
        }
    }

    public static async Task<ServerProcess> StartAsync(
        string cluster, PostgresBinaries binaries, PostgresLauncher launcher, ILogger logger) =>
        new(await launcher.StartAsync(cluster, binaries["postgres"],
            ["-D", PostgresLauncher.FolderInProgram, "-c", $"cluster_name={ClusterProcesses.NameOf(cluster)}"]), logger);

    /// <summary>Forgets the process, which has ended or was told to.</summary>
    public void Dispose() =>
        Exited.ContinueWith(_ => _process.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task RunAsync()
    {
        var reading = ReadAsync();
        await _process.WaitForExitAsync();
        _ready.TrySetResult(false);

        // Orphaned sessions may hold the pipe open a little longer; the process itself is what counts.
        _ = reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _process.StandardError.ReadLineAsync() is { } line)
            {
                Heard(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _logger.LogDebug(e, "PostgreSQL's log ended");
        }
    }

    private void Heard(string line)
    {
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }

        _logger.Log(LevelOf(line), "PostgreSQL: {Line}", line);
        if (line.Contains(ReadyLine, StringComparison.Ordinal))
        {
            _ready.TrySetResult(true);
        }
    }

    private static LogLevel LevelOf(string line) => line.Split(':', 2)[0] switch
    {
        "PANIC" => LogLevel.Error,
        "WARNING" => LogLevel.Warning,
        "FATAL" => LogLevel.Information, // One session ended; its client knows.
        _ => LogLevel.Debug,
    };
}
