using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.State.Embedded;

/// <summary>
/// The processes that work on a cluster, told by the name that each has on its command line: a server that Portal lost
/// sight of, because Portal or the server's own parent was killed, is found, and also one that is only being started.
/// </summary>
internal static class ClusterProcesses
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>What is asked of them, how, and how long each way is given.</summary>
    private static readonly (int Signal, TimeSpan Patience)[] Escalation =
    [
        (UnixSignal.Interrupt, TimeSpan.FromSeconds(15)),
        (UnixSignal.Quit, TimeSpan.FromSeconds(5)),
        (UnixSignal.Kill, TimeSpan.FromSeconds(5)),
    ];

    /// <summary>Returns when none is left, and has then removed the stale <c>postmaster.pid</c>.</summary>
    /// <exception cref="EmbeddedPostgresException">One does not even heed SIGKILL.</exception>
    public static async Task EndAsync(string cluster, TimeProvider time, CancellationToken cancellation)
    {
        foreach (var (signal, patience) in Escalation)
        {
            if (Find(cluster) is not { Count: > 0 } found)
            {
                break;
            }

            // A postmaster tells its children; children without one leave by themselves.
            var lead = PostmasterOf(cluster) is { } pid && found.Contains(pid) ? [pid] : found;
            foreach (var process in signal == UnixSignal.Kill ? found : lead)
            {
                UnixSignal.Send(process, signal);
            }

            await WaitUntilGoneAsync(cluster, patience, time, cancellation);
        }

        if (Find(cluster) is { Count: > 0 } left)
        {
            throw new EmbeddedPostgresException(
                $"A PostgreSQL server (process {left[0]}) still works in {cluster} and does not stop, even when killed.");
        }

        if (Directory.Exists(cluster))
        {
            File.Delete(Path.Combine(cluster, "postmaster.pid"));
        }
    }

    /// <summary>What the server and each of its processes show as the cluster's name: one for each folder.</summary>
    public static string NameOf(string cluster) =>
        $"portal-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cluster)))[..16]}";

    public static IReadOnlyList<int> Find(string cluster)
    {
        var found = new List<int>();
        var name = NameOf(cluster);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Names(folder, name))
            {
                found.Add(pid);
            }
        }

        return found;
    }

    /// <summary>By the command line, for a process's folder is hidden even from root where a container lacks ptrace.</summary>
    private static bool Names(string process, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(name, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Gone meanwhile, or another user's.
        }
    }

    private static int? PostmasterOf(string cluster)
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid) ? pid : null;
    }

    private static async Task WaitUntilGoneAsync(
        string cluster, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (Find(cluster).Count > 0 && Stopwatch.GetElapsedTime(started) < patience)
        {
            await Task.Delay(Poll, time, cancellation);
        }
    }
}
