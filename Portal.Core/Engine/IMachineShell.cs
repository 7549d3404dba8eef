namespace Portal.Core.Engine;

/// <summary>A shell on the machine that an engine runs on, where the way to the engine gives one. Disposing ends it.</summary>
public interface IMachineShell : IAsyncDisposable
{
    /// <summary>Runs a script of the POSIX shell, one at a time, and returns what it printed. What it says of errors is left out.</summary>
    /// <param name="script">The script; it must read nothing from its input.</param>
    /// <param name="cancellation">Ends the wait, and the shell with it; the next call begins another.</param>
    /// <exception cref="EngineException">The machine cannot be reached, or gives no shell.</exception>
    Task<string> RunAsync(string script, CancellationToken cancellation);
}
