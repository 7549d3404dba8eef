using System.Diagnostics;
using System.Text;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Transport;

/// <summary>The standard input and output of one <c>ssh</c> process as a stream. Disposing ends the process.</summary>
internal sealed class SshStream : Stream
{
    private const int ErrorTextMax = 4096;
    private static readonly TimeSpan ExitWait = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly EngineAddress _address;
    private readonly SshPlace _place;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Task<string> _errors;
    private int _disposed;

    public SshStream(Process process, EngineAddress address, SshPlace place)
    {
        (_process, _address, _place) = (process, address, place);
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        _errors = ReadErrorsAsync(process.StandardError.BaseStream);
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _output.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0) throw await FailureAsync(null);
        _place.LoggedIn();
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _input.WriteAsync(buffer, cancellationToken);
            await _input.FlushAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw await FailureAsync(e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, default).GetAwaiter().GetResult();
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer, offset, count, default).GetAwaiter().GetResult();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            try
            {
                _process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It ended by itself.
            }
            _input.Dispose();
            _output.Dispose();
            _process.Dispose();
            _place.Leave();
        }
        base.Dispose(disposing);
    }

    /// <summary>The far side closed: ssh's own words say why.</summary>
    private async Task<IOException> FailureAsync(Exception? inner)
    {
        var said = "";
        try
        {
            said = await _errors.WaitAsync(ExitWait);
        }
        catch (TimeoutException)
        {
            // It closed its output but lives on; there is nothing more to say.
        }
        var failure = SshFailures.Explain(_address, said);
        return new IOException(failure.Message, inner is null ? failure : new EngineException(failure.Error, failure.Message, inner));
    }

    private static async Task<string> ReadErrorsAsync(Stream errors)
    {
        var kept = new byte[ErrorTextMax];
        var spill = new byte[1024];
        var length = 0;
        try
        {
            while (true)
            {
                var target = length < kept.Length ? kept.AsMemory(length) : spill;
                var count = await errors.ReadAsync(target);
                if (count == 0) break;
                length = Math.Min(kept.Length, length + count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Disposed meanwhile.
        }
        return Encoding.UTF8.GetString(kept, 0, length);
    }
}
