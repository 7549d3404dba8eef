using System.Diagnostics;

namespace Portal.Core.State.Embedded;

/// <summary>
/// Starts PostgreSQL's programs so that they cannot do harm: as an unprivileged user when Portal is root, without
/// Portal's environment, in a session of their own (a Ctrl+C is for Portal alone), and stopped when Portal dies.
/// <para>
/// A program gets its folder as the open descriptor <see cref="FolderInProgram"/> and not by its path, so that it
/// works below folders which its user may not pass, such as <c>/root</c>: nobody's folders have to be opened up.
/// </para>
/// </summary>
internal sealed class PostgresLauncher : IDisposable
{
    /// <summary>What the started program calls its folder.</summary>
    public const string FolderInProgram = "/proc/self/fd/9";

    /// <summary>Opens the folder (<c>$0</c>) and becomes the program, keeping the process id.</summary>
    private const string OpenFolderThenExec = "exec 9<\"$0\" </dev/null >&2 && exec \"$@\"";

    private const string UnprivilegedUser = "postgres";
    private readonly LivingThread _thread = new("postgres parent");

    /// <summary>The operating system's user that the programs run as.</summary>
    public static string User => Environment.IsPrivilegedProcess ? UnprivilegedUser : Environment.UserName;

    /// <summary>Starts it with stdout and stderr joined in <c>StandardError</c>.</summary>
    public Task<Process> StartAsync(string folder, string program, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo("setsid") { WorkingDirectory = "/", RedirectStandardError = true };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["LC_ALL"] = "C";
        info.Environment["TZ"] = "UTC";
        string[] command = ["sh", "-c", OpenFolderThenExec, folder, "setpriv", .. Privileges(), "--", program, .. arguments];
        foreach (var argument in command)
        {
            info.ArgumentList.Add(argument);
        }

        return _thread.RunAsync(() =>
        {
            try
            {
                return Process.Start(info) ?? throw new EmbeddedPostgresException($"{program} did not start.");
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                throw new EmbeddedPostgresException("Starting PostgreSQL needs setsid and setpriv (package util-linux).", e);
            }
        });
    }

    /// <summary>Gives the folder and all in it to <see cref="User"/>, if Portal is root and the folder is another's.</summary>
    public static async Task OwnAsync(string folder, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var owner = await ToolProcess.RunAsync("stat", ["-c", "%U", "--", folder], cancellation);
        if (owner.Trim() != UnprivilegedUser)
        {
            await ToolProcess.RunAsync("chown", ["-R", "-P", $"{UnprivilegedUser}:", "--", folder], cancellation);
        }
    }

    public void Dispose() => _thread.Dispose();

    private static string[] Privileges()
    {
        string[] user = ["--reuid", UnprivilegedUser, "--regid", UnprivilegedUser, "--init-groups"];
        string[] always = ["--no-new-privs", "--pdeathsig", "INT"];
        return Environment.IsPrivilegedProcess ? [.. user, .. always] : always;
    }
}
