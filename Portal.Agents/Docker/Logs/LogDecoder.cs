using System.Buffers.Binary;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Logs;

/// <summary>
/// Makes lines from the bytes of a log asked for with timestamps, however the network cut them. Containers without a terminal
/// have frames of eight header bytes, one message each; with a terminal there are just the bytes. Which it is shows in the first
/// byte: a frame begins with a stream's number, the other with a digit of the year.
/// </summary>
internal sealed class LogDecoder
{
    private const int HeaderBytes = 8;
    private const byte StandardError = 2;

    private enum Mode { Unknown, Frames, Raw }

    private readonly byte[] _header = new byte[HeaderBytes];
    private readonly LineAssembler _output = new(isError: false);
    private readonly LineAssembler _error = new(isError: true);
    private LineAssembler _current;
    private Mode _mode;
    private int _headerLength;
    private uint _frameRemaining;

    public LogDecoder() => _current = _output;

    public void Feed(ReadOnlySpan<byte> bytes, List<LogLine> lines)
    {
        if (_mode == Mode.Unknown && bytes.Length > 0) _mode = bytes[0] <= 3 ? Mode.Frames : Mode.Raw;
        if (_mode == Mode.Raw)
        {
            _output.Append(bytes, lines);
            return;
        }
        while (bytes.Length > 0)
        {
            if (_frameRemaining == 0)
            {
                var taken = Math.Min(HeaderBytes - _headerLength, bytes.Length);
                bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
                bytes = bytes[taken..];
                _headerLength += taken;
                if (_headerLength == HeaderBytes) BeginFrame();
                continue;
            }
            var part = (int)Math.Min(_frameRemaining, (uint)bytes.Length);
            _current.Append(bytes[..part], lines);
            _frameRemaining -= (uint)part;
            bytes = bytes[part..];
        }
    }

    /// <summary>The end: what has no line end yet is a line too.</summary>
    public void Finish(List<LogLine> lines)
    {
        _output.Flush(lines);
        _error.Flush(lines);
    }

    private void BeginFrame()
    {
        _headerLength = 0;
        _frameRemaining = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        _current = _header[0] == StandardError ? _error : _output;
        _current.BeginMessage();
    }
}
