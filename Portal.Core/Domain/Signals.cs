using System.Globalization;

namespace Portal.Core.Domain;

/// <summary>Names of signals as engines on Linux take them.</summary>
public static class Signals
{
    private const int Highest = 64;
    private const int RealTimeRange = 15;

    // In the order of their numbers on Linux, from 1.
    private static readonly string[] Numbered =
    [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
        "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT", "SIGIO", "SIGKILL", "SIGPIPE", "SIGPROF",
        "SIGPWR", "SIGQUIT", "SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG",
        "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ", "SIGRTMIN", "SIGRTMAX",
    };

    /// <summary>Says in words what a signal is.</summary>
    public const string Rule = "must be a signal such as \"SIGTERM\" or \"SIGRTMIN+3\", or a number from 1 to 64";

    /// <summary>The signal in one form: <c>SIGTERM</c> for <c>term</c> and for <c>15</c>, the number where it has no name; null where it is none.</summary>
    public static string? Normal(string text)
    {
        if (text.Length is > 0 and <= 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= Highest ? (number <= Numbered.Length ? Numbered[number - 1] : number.ToString(CultureInfo.InvariantCulture)) : null;
        }
        var name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name : "SIG" + name;
        return Names.Contains(name) || IsRealTime(name, "SIGRTMIN+", RealTimeRange) || IsRealTime(name, "SIGRTMAX-", RealTimeRange - 1) ? name : null;
    }

    private static bool IsRealTime(string name, string prefix, int highest) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal) && name[prefix.Length] != '0'
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset <= highest;
}
