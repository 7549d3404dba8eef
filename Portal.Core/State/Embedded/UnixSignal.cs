using System.Runtime.InteropServices;

namespace Portal.Core.State.Embedded;

/// <summary>The signals that PostgreSQL understands, beyond the one that <c>Process.Kill</c> sends.</summary>
internal static class UnixSignal
{
    /// <summary>Fast shutdown: sessions are ended, a checkpoint is written.</summary>
    public const int Interrupt = 2;

    /// <summary>Immediate shutdown: the next start recovers.</summary>
    public const int Quit = 3;

    public const int Kill = 9;

    /// <summary>Sends it; a process that is gone already is no error.</summary>
    public static void Send(int pid, int signal) => _ = NativeKill(pid, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);
}
