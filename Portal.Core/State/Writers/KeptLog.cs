using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Writers;

/// <summary>The last lines of a container, packed to be kept beyond it.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="Container">Which of the instance's containers.</param>
/// <param name="FirstAt">When the first of them came.</param>
/// <param name="LastAt">When the last of them came.</param>
/// <param name="Lines">How many they are.</param>
/// <param name="IsWhole">Whether they are all that the engine still knew.</param>
/// <param name="Text">The lines, compressed (Brotli): of each its ticks (UTC, 8 bytes), its stream (1), its length in bytes (4) and its text (UTF-8).</param>
public sealed record KeptLog(string ContainerId, InstanceId Instance, string Container, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Lines, bool IsWhole, byte[] Text)
{
    private const int HeaderBytes = 13;

    /// <summary>Packs lines, of which there must be one at least.</summary>
    public static KeptLog Of(string containerId, InstanceId instance, string container, IReadOnlyCollection<LogLine> lines, bool isWhole)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            foreach (var line in lines)
            {
                var text = Encoding.UTF8.GetBytes(line.Text);
                BinaryPrimitives.WriteInt64LittleEndian(header, line.At.UtcTicks);
                header[8] = line.IsError ? (byte)1 : (byte)0;
                BinaryPrimitives.WriteInt32LittleEndian(header[9..], text.Length);
                brotli.Write(header);
                brotli.Write(text);
            }
        }
        return new KeptLog(containerId, instance, container, lines.First().At.ToUniversalTime(), lines.Last().At.ToUniversalTime(), lines.Count, isWhole, packed.ToArray());
    }

    /// <summary>The lines, oldest first.</summary>
    public IEnumerable<LogLine> Read()
    {
        using var brotli = new BrotliStream(new MemoryStream(Text), CompressionMode.Decompress);
        var header = new byte[HeaderBytes];
        while (brotli.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            var text = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(9))];
            brotli.ReadExactly(text);
            yield return new LogLine(new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(header), TimeSpan.Zero), header[8] == 1, Encoding.UTF8.GetString(text));
        }
    }
}
