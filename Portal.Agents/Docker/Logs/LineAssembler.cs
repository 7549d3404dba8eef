using System.Globalization;
using System.Text;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Logs;

/// <summary>
/// Puts one stream's lines together. The engine stamps each message, and cuts a long line into several messages: the stamps
/// of the later ones are dropped. A line longer than the bound becomes several of the same time.
/// </summary>
internal sealed class LineAssembler(bool isError)
{
    public const int LineMaxBytes = 1024 * 1024;
    private const int StampMaxBytes = 40;

    private readonly byte[] _stamp = new byte[StampMaxBytes];
    private int _stampLength;
    private bool _inStamp = true;
    private byte[] _text = new byte[256];
    private int _length;
    private bool _open;
    private DateTimeOffset _at;

    /// <summary>A new message begins, and with it a stamp.</summary>
    public void BeginMessage()
    {
        EndStamp();
        _inStamp = true;
    }

    public void Append(ReadOnlySpan<byte> bytes, List<LogLine> lines)
    {
        while (bytes.Length > 0)
        {
            if (_inStamp)
            {
                TakeStamp(bytes[0]);
                bytes = bytes[1..];
                if (!_inStamp && _length > 0 && _text[_length - 1] == '\n') EndLine(lines);
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            Add(end < 0 ? bytes : bytes[..end], lines);
            if (end < 0) return;
            Emit(lines);
            bytes = bytes[(end + 1)..];
        }
    }

    public void Flush(List<LogLine> lines)
    {
        EndStamp();
        if (_open && _length > 0) Emit(lines);
    }

    private void TakeStamp(byte next)
    {
        if (next == ' ' && TryParse(_stamp.AsSpan(0, _stampLength), out var at))
        {
            if (!_open) (_at, _open) = (at, true);
            _stampLength = 0;
            _inStamp = false;
            return;
        }
        _stamp[_stampLength++] = next;
        if (next is (byte)' ' or (byte)'\n' || _stampLength == StampMaxBytes) EndStamp();
    }

    /// <summary>What was taken for a stamp is none: it is text.</summary>
    private void EndStamp()
    {
        if (_stampLength > 0)
        {
            Reserve(_stampLength);
            _stamp.AsSpan(0, _stampLength).CopyTo(_text.AsSpan(_length));
            _length += _stampLength;
            _stampLength = 0;
            _open = true;
        }
        _inStamp = false;
    }

    private void EndLine(List<LogLine> lines)
    {
        _length--;
        Emit(lines);
    }

    private void Add(ReadOnlySpan<byte> bytes, List<LogLine> lines)
    {
        _open = true;
        while (_length + bytes.Length > LineMaxBytes)
        {
            var taken = Math.Max(0, LineMaxBytes - _length);
            Reserve(taken);
            bytes[..taken].CopyTo(_text.AsSpan(_length));
            _length += taken;
            bytes = bytes[taken..];
            EmitFull(lines);
        }
        Reserve(bytes.Length);
        bytes.CopyTo(_text.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Emit(List<LogLine> lines)
    {
        var length = _length > 0 && _text[_length - 1] == '\r' ? _length - 1 : _length;
        lines.Add(new LogLine(_at, isError, Encoding.UTF8.GetString(_text, 0, length)));
        _length = 0;
        _open = false;
        _inStamp = true;
    }

    /// <summary>Gives what is there as a line, but for the bytes of a character that has only begun.</summary>
    private void EmitFull(List<LogLine> lines)
    {
        var cut = _length;
        for (var back = 1; back <= 3 && back < _length; back++)
        {
            var b = _text[_length - back];
            if ((b & 0xC0) == 0x80) continue;
            var wanted = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            if (wanted > back) cut = _length - back;
            break;
        }
        lines.Add(new LogLine(_at, isError, Encoding.UTF8.GetString(_text, 0, cut)));
        _text.AsSpan(cut, _length - cut).CopyTo(_text);
        _length -= cut;
    }

    private void Reserve(int more)
    {
        if (_length + more > _text.Length) Array.Resize(ref _text, Math.Max(_length + more, _text.Length * 2));
    }

    /// <summary>Reads <c>2026-01-02T03:04:05.123456789Z</c>; the offset may be another.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> stamp, out DateTimeOffset at)
    {
        at = default;
        if (stamp.Length is < 20 or > StampMaxBytes || stamp[4] != '-' || stamp[10] != 'T' || stamp[13] != ':') return false;
        var zone = stamp[19..].IndexOfAny("Z+-"u8);
        if (zone < 0) return false;
        zone += 19;
        // Ticks have seven decimals; the engine gives nine.
        Span<char> text = stackalloc char[StampMaxBytes];
        var length = Encoding.ASCII.GetChars(stamp[..Math.Min(zone, 27)], text);
        length += Encoding.ASCII.GetChars(stamp[zone..], text[length..]);
        return DateTimeOffset.TryParse(text[..length], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out at);
    }
}
