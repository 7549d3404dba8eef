using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>A console that was opened. Whoever opened it ends it, whatever happens.</summary>
public sealed class ConsoleSession
{
    private readonly Func<string, int?, Task> _end;
    private int _ended;

    internal ConsoleSession(IExecSession exec, string title, Func<string, int?, Task> end) => (Exec, Title, _end) = (exec, title, end);

    /// <summary>The command with its terminal.</summary>
    public IExecSession Exec { get; }

    /// <summary>What runs where, in words.</summary>
    public string Title { get; }

    /// <summary>Ends it: what still runs of it is hung up, and the audit says how long it was open and why it ended. Only the first call counts.</summary>
    /// <param name="reason">Why, in words.</param>
    /// <param name="exitCode">What the command exited with; null if it did not.</param>
    public Task EndAsync(string reason, int? exitCode) => Interlocked.Exchange(ref _ended, 1) == 0 ? _end(reason, exitCode) : Task.CompletedTask;
}
