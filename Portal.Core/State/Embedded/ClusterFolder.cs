using System.Globalization;

namespace Portal.Core.State.Embedded;

/// <summary>The cluster on disk: made whole or not at all, and set up for the next start.</summary>
internal sealed class ClusterFolder(string path, ClusterSettings settings)
{
    public string Path { get; } = path;

    /// <summary>The major version that made it; null where there is none yet.</summary>
    public int? Major
    {
        get
        {
            var file = System.IO.Path.Combine(Path, "PG_VERSION");
            return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
        }
    }

    /// <summary>Makes the cluster in a folder beside it, which gets its name only when it is complete.</summary>
    public async Task CreateAsync(PostgresBinaries binaries, PostgresLauncher launcher, CancellationToken cancellation)
    {
        RemoveHalfMade();
        var making = $"{Path}.new.{Guid.NewGuid():N}";
        PrivatePath.CreateFolder(making);
        try
        {
            await PostgresLauncher.OwnAsync(making, cancellation);
            await InitializeAsync(making, binaries, launcher, cancellation);
            Directory.Move(making, Path);
        }
        catch
        {
            Directory.Delete(making, recursive: true);
            throw;
        }
    }

    /// <summary>Gives the folder to the server's user and writes this version's settings into it.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        await PostgresLauncher.OwnAsync(Path, cancellation);
        Replace("postgresql.conf", settings.ConfigurationFile());
        Replace("pg_hba.conf", ClusterSettings.AuthenticationFile());
        Replace("pg_ident.conf", ClusterSettings.IdentityMapFile());
    }

    /// <summary>Deletes what a start that was killed left behind.</summary>
    private void RemoveHalfMade()
    {
        var parent = System.IO.Path.GetDirectoryName(Path)!;
        foreach (var left in Directory.EnumerateDirectories(parent, System.IO.Path.GetFileName(Path) + ".new.*"))
        {
            try
            {
                Directory.Delete(left, recursive: true);
            }
            catch (IOException)
            {
                // Its initdb is just dying and tidies up itself; the next start looks again.
            }
        }
    }

    private async Task InitializeAsync(
        string folder, PostgresBinaries binaries, PostgresLauncher launcher, CancellationToken cancellation)
    {
        string[] sync = settings.Durable ? [] : ["--no-sync"];
        using var initdb = await launcher.StartAsync(folder, binaries["initdb"],
        [
            "--pgdata", PostgresLauncher.FolderInProgram, "--username", ClusterSettings.Role, "--auth", "peer",
            "--encoding", "UTF8", "--locale", "C", "--lc-ctype", "C.UTF-8", "--no-instructions", .. sync,
        ]);
        try
        {
            var output = await initdb.StandardError.ReadToEndAsync(cancellation);
            await initdb.WaitForExitAsync(cancellation);
            if (initdb.ExitCode != 0)
            {
                throw new EmbeddedPostgresException($"PostgreSQL could not make its cluster in {Path}: {output.Trim()}");
            }
        }
        catch (OperationCanceledException)
        {
            initdb.Kill(entireProcessTree: true);
            await initdb.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>By a new file and a rename: the folder is another user's, whose links root must not follow.</summary>
    private void Replace(string name, string text)
    {
        var target = System.IO.Path.Combine(Path, name);
        var next = target + ".new";
        File.Delete(next);
        using (var stream = new FileStream(next, FileMode.CreateNew, FileAccess.Write))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }

        File.Move(next, target, overwrite: true);
    }
}
