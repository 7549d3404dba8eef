using System.Globalization;
using System.Text;

namespace Portal.Agents.Probes;

/// <summary>The chunked transfer coding of HTTP/1.1.</summary>
internal static class Chunks
{
    /// <summary>The body that is in the chunks so far.</summary>
    /// <param name="coded">What came, perhaps cut off anywhere.</param>
    /// <param name="isLast">Whether the last chunk was among them, or nothing more can be understood.</param>
    public static Span<byte> Join(ReadOnlySpan<byte> coded, out bool isLast)
    {
        isLast = false;
        var body = new byte[coded.Length];
        var length = 0;
        while (coded.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var head = coded[..end];
            var extension = head.IndexOf((byte)';');
            var size = Encoding.Latin1.GetString(extension < 0 ? head : head[..extension]).Trim();
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes) || bytes <= 0)
            {
                isLast = true;
                break;
            }
            coded = coded[(end + 2)..];
            var taken = Math.Min(bytes, coded.Length);
            coded[..taken].CopyTo(body.AsSpan(length));
            length += taken;
            if (coded.Length < taken + 2)
            {
                break;
            }
            coded = coded[(taken + 2)..];
        }
        return body.AsSpan(0, length);
    }
}
