using System.Buffers;
using Microsoft.Net.Http.Headers;
using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>The bytes of a request's body, within bounds and of a content type that is understood.</summary>
/// <param name="Bytes">The body; empty if there was none.</param>
/// <param name="IsYaml">Whether it is YAML; JSON otherwise.</param>
internal readonly record struct RequestBody(ReadOnlyMemory<byte> Bytes, bool IsYaml)
{
    public const int MaxBytes = 1024 * 1024;
    public const string TooLarge = "A body may have at most 1 MB.";
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";

    public static async Task<RequestBody> ReadAsync(HttpContext http, bool yaml = false)
    {
        var bytes = await ReadBytesAsync(http);
        return new RequestBody(bytes, bytes.Length > 0 && IsYamlType(http.Request.ContentType, yaml));
    }


    /// <summary>Decided by the header alone, before the body is looked at, so that nothing is guessed.</summary>
    private static bool IsYamlType(string? contentType, bool yaml)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw Unsupported(yaml);
        }
        return type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) ? false
            : yaml && type.MediaType.Equals(Yaml, StringComparison.OrdinalIgnoreCase) ? true : throw Unsupported(yaml);
    }

    private static HttpRefusal Unsupported(bool yaml) => new(StatusCodes.Status415UnsupportedMediaType,
        yaml ? $"Send {Json} or {Yaml}, in UTF-8." : $"Send {Json}, in UTF-8.");

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            throw new HttpRefusal(StatusCodes.Status413PayloadTooLarge, TooLarge);
        }
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            var buffer = result.Buffer;
            if (buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(buffer.End);
                throw new HttpRefusal(StatusCodes.Status413PayloadTooLarge, TooLarge);
            }
            if (result.IsCompleted)
            {
                var bytes = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return bytes;
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
