using System.Globalization;

namespace Portal.Core.State.Embedded;

/// <summary>
/// The folder that holds what one Portal process keeps on disk: its keys, its first token and, unless a server is
/// given, its PostgreSQL cluster. While the object lives it holds a lock on the folder, which the kernel releases
/// however the process ends, so that no second Portal works on the same data.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const string LockName = "portal.lock";
    private const string PidName = "portal.pid";
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The absolute path of the folder, links followed.</summary>
    public string Path { get; }

    /// <summary>The folder of the Data Protection keys, mode 0700.</summary>
    public string KeysPath => KeysOf(Path);

    /// <summary>The folder of the backups that Portal makes by itself, before it migrates; mode 0700.</summary>
    public string BackupsPath => System.IO.Path.Combine(Path, "backups");

    /// <summary>The file of the one-time token that makes the first account.</summary>
    public string BootstrapTokenPath => System.IO.Path.Combine(Path, "bootstrap-token");

    /// <summary>The folder of the embedded PostgreSQL cluster; absent until the first start.</summary>
    public string PostgresPath => PostgresOf(Path);

    /// <summary>
    /// The file that a restore leaves behind: the time of the backup, until the next start has raised its epochs above
    /// every one that was observed and deleted the file.
    /// </summary>
    public string RestoredMarkerPath => RestoredMarkerOf(Path);

    /// <summary>Creates the folder (mode 0700) if it is absent, and locks it.</summary>
    /// <param name="path">Any path; a relative one counts from the current folder.</param>
    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    /// <exception cref="EmbeddedPostgresException">It cannot be created or written; the message says why.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            var real = RealPath.Of(path);
            PrivatePath.CreateFolder(real);
            var opened = new DataDirectory(real, Lock(real));
            try
            {
                opened.Prepare();
                return opened;
            }
            catch
            {
                opened.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not DataDirectoryInUseException))
        {
            throw new EmbeddedPostgresException($"The data directory {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Releases the lock. The files stay.</summary>
    public void Dispose() => _lock.Dispose();

    internal static string PostgresOf(string path) => System.IO.Path.Combine(path, "postgres");

    internal static string KeysOf(string path) => System.IO.Path.Combine(path, "keys");

    internal static string RestoredMarkerOf(string path) => System.IO.Path.Combine(path, "restored");

    private void Prepare()
    {
        var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(System.IO.Path.Combine(Path, PidName), pid + "\n");
        PendingRestore.Finish(Path);
        PrivatePath.CreateFolder(KeysPath);
        PrivatePath.CreateFolder(BackupsPath);
    }

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(file))
        {
            throw new DataDirectoryInUseException(path, HolderOf(path), e);
        }
    }

    private static int? HolderOf(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(System.IO.Path.Combine(path, PidName)), out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null; // The holder has not written it yet.
        }
    }
}
