using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Core.State.Writers;

/// <summary>Verdicts as they are stored: Brotli-compressed JSON.</summary>
internal static class VerdictsDocument
{
    public static byte[] Write(Verdicts verdicts)
    {
        using var bytes = new MemoryStream();
        using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(compressed, verdicts, VerdictsJson.Default.Verdicts);
        }
        return bytes.ToArray();
    }

    public static Verdicts Read(byte[] document)
    {
        using var compressed = new BrotliStream(new MemoryStream(document), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(compressed, VerdictsJson.Default.Verdicts)!;
    }
}

[JsonSerializable(typeof(Verdicts))]
internal sealed partial class VerdictsJson : JsonSerializerContext;
