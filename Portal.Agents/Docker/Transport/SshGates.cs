using System.Diagnostics.CodeAnalysis;

namespace Portal.Agents.Docker.Transport;

/// <summary>Bounds the <c>ssh</c> processes to one host, and how many of them log in at once.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Semaphores whose wait handle is never taken hold nothing to dispose of.")]
internal sealed class SshGates(DockerEngineOptions options)
{
    private readonly SemaphoreSlim _processes = new(Math.Max(2, options.SshProcessesPerHost));
    private readonly SemaphoreSlim _logins = new(Math.Max(1, options.SshLoginsAtOnce));

    /// <summary>A place for one more process that is about to log in; null if none came free in time.</summary>
    public async Task<SshPlace?> EnterAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (!await _logins.WaitAsync(patience, cancellation)) return null;
        var entered = false;
        try
        {
            entered = await _processes.WaitAsync(patience, cancellation);
            return entered ? new SshPlace(_processes, _logins) : null;
        }
        finally
        {
            if (!entered) _logins.Release();
        }
    }
}

/// <summary>What one process holds of its host's bounds. It is given back by the dialer, until a started process takes it over.</summary>
internal sealed class SshPlace(SemaphoreSlim processes, SemaphoreSlim logins) : IDisposable
{
    private int _loggingIn = 1;
    private int _held = 1;
    private bool _handedOver;
    private ITimer? _timer;

    /// <summary>Hands the place over to a process, which counts as logged in after that time at the latest.</summary>
    public SshPlace Started(TimeProvider time, TimeSpan loginTimeout)
    {
        _handedOver = true;
        _timer = time.CreateTimer(_ => LoggedIn(), null, loginTimeout, Timeout.InfiniteTimeSpan);
        return this;
    }

    /// <summary>The far side answered.</summary>
    public void LoggedIn()
    {
        if (Interlocked.Exchange(ref _loggingIn, 0) == 1) logins.Release();
    }

    /// <summary>The process has ended.</summary>
    public void Leave()
    {
        _timer?.Dispose();
        LoggedIn();
        if (Interlocked.Exchange(ref _held, 0) == 1) processes.Release();
    }

    public void Dispose()
    {
        if (!_handedOver) Leave();
    }
}
