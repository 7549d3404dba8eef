using System.Text;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Transport;

/// <summary>One <c>sh</c> on the far side that is kept from call to call, for a login costs both sides more than what is asked.</summary>
internal sealed class SshShell(EngineAddress address, SshDialer dialer) : IMachineShell
{
    private const int LongestAnswer = 256 * 1024;
    private readonly SemaphoreSlim _turn = new(1);
    private Stream? _shell;

    public async Task<string> RunAsync(string script, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            _shell ??= await dialer.DialAsync(cancellation);
            var end = $"end-{Guid.NewGuid():N}";
            await _shell.WriteAsync(Encoding.UTF8.GetBytes($"{{ {script}\n}} 2>/dev/null </dev/null; printf '\\n%s\\n' {end}\n"), cancellation);
            return await ReadAsync(_shell, $"\n{end}\n", cancellation);
        }
        catch (Exception e)
        {
            await EndAsync();
            throw e as EngineException ?? e.InnerException as EngineException
                ?? (e is IOException ? new EngineException(EngineError.Unsupported, $"{address} gives no shell: {e.Message}", e) : e is OperationCanceledException ? e : new EngineException(EngineError.Unreachable, e.Message, e));
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _turn.Dispose();
    }

    private async Task<string> ReadAsync(Stream shell, string end, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        while (text.Length < LongestAnswer)
        {
            var count = await shell.ReadAsync(buffer, cancellation);
            // What is asked for is ASCII; a character cut in two is no loss.
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            if (text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end)
            {
                return text.ToString(0, text.Length - end.Length);
            }
        }
        throw new IOException("it says more than was asked for.");
    }

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _shell, null) is { } shell)
        {
            await shell.DisposeAsync();
        }
    }
}
