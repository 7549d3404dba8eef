using System.Globalization;
using System.Text;
using Portal.Core.Domain;

namespace Portal.Agents.Probes;

/// <summary>An answer over HTTP/1 as it comes in, read no further than it takes to judge it.</summary>
internal sealed class HttpAnswer(HealthMatch match)
{
    /// <summary>So much of a body is searched.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private const int MaxHeadBytes = 32 * 1024;
    private byte[] _bytes = new byte[1024];
    private int _length;
    // Where the body begins; 0 until the head is there.
    private int _body;
    private int _status;
    private long? _contentLength;
    private bool _chunked;
    private bool _ended;

    /// <summary>Whether nothing more is needed to judge it.</summary>
    public bool IsWhole { get; private set; }

    public bool Passed { get; private set; }

    /// <summary>How much more there is to come, as far as the answer says so; null where only its end tells.</summary>
    public long? Rest => _ended || _body == 0 ? 0 : _chunked || _contentLength is null ? null : Math.Max(0, _contentLength.Value - (_length - _body));

    /// <summary>What it says, to follow what was asked.</summary>
    public string Words { get; private set; } = "closed the connection without an answer";

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        Look(ended: false);
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        Look(ended: true);
        (IsWhole, _ended) = (true, true);
    }

    private void Look(bool ended)
    {
        while (_body == 0 && !IsWhole)
        {
            if (!TakeHead())
            {
                return;
            }
        }
        if (!IsWhole)
        {
            JudgeBody(ended);
        }
    }

    /// <returns>Whether a head was there.</returns>
    private bool TakeHead()
    {
        var text = _bytes.AsSpan(0, _length);
        if (_length >= 5 && !text.StartsWith("HTTP/"u8))
        {
            Judge(false, "answered what is no HTTP");
            return true;
        }
        var end = text.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            if (_length > MaxHeadBytes)
            {
                Judge(false, "answered with too many headers");
            }
            return false;
        }
        var lines = Encoding.Latin1.GetString(text[..end]).Split("\r\n");
        var words = lines[0].Split(' ');
        if (words.Length < 2 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out _status) || _status is < 100 or > 999)
        {
            Judge(false, "answered what is no HTTP");
            return true;
        }
        if (_status is >= 100 and < 200 and not 101)
        {
            // An interim answer; the real one follows.
            text[(end + 4)..].CopyTo(_bytes);
            _length -= end + 4;
            return true;
        }
        _body = end + 4;
        TakeHeaders(lines);
        JudgeStatus();
        return true;
    }

    private void TakeHeaders(string[] lines)
    {
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon <= 0)
            {
                continue;
            }
            var (name, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                _contentLength = length;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                _chunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private void JudgeStatus()
    {
        if (!match.Status.Contains(_status))
        {
            Judge(false, match.Status == StatusRanges.Default ? $"answered {_status}" : $"answered {_status} instead of {match.Status}");
        }
        else if (match.Body is null)
        {
            Judge(true, $"answered {_status}");
        }
    }

    private void JudgeBody(bool ended)
    {
        var raw = _bytes.AsSpan(_body, _length - _body);
        var ends = ended || raw.Length >= MaxBodyBytes || !_chunked && raw.Length >= _contentLength;
        var body = raw[..(int)Math.Min(raw.Length, Math.Min(MaxBodyBytes, _chunked ? MaxBodyBytes : _contentLength ?? MaxBodyBytes))];
        if (_chunked)
        {
            body = Chunks.Join(body, out var last);
            ends |= last;
        }
        var wanted = Encoding.UTF8.GetBytes(match.Body!);
        if (body.IndexOf(wanted) >= 0)
        {
            Judge(true, $"answered {_status} with the text that is wanted");
        }
        else if (ends)
        {
            Judge(false, $"answered {_status} without the text \"{match.Body}\"");
        }
    }

    private void Judge(bool passed, string words) => (Passed, Words, IsWhole) = (passed, words, true);
}
