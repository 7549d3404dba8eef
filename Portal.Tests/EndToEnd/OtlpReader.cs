using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Portal.Tests.EndToEnd;

/// <summary>Reads as much of OTLP's ExportTraceServiceRequest as tests ask about. Numbers of fields are those of opentelemetry-proto.</summary>
internal static class OtlpReader
{
    private readonly record struct Field(int Number, ulong Value, ReadOnlyMemory<byte> Bytes);

    public static IEnumerable<ReceivedSpan> Read(ReadOnlyMemory<byte> request) =>
        from resourceSpans in Messages(request, 1)
        let process = Messages(resourceSpans, 1).SelectMany(m => Tags(m, 1)).ToDictionary(t => t.Key, t => t.Value).GetValueOrDefault("service.instance.id", "")
        from scopeSpans in Messages(resourceSpans, 2)
        let source = Messages(scopeSpans, 1).SelectMany(s => Messages(s, 1)).Select(Text).Single()
        from span in Messages(scopeSpans, 2)
        select Span([.. Fields(span)], Tags(span, 9), source, process);

    private static ReceivedSpan Span(List<Field> fields, IEnumerable<KeyValuePair<string, string>> tags, string source, string process)
    {
        var parent = fields.Where(f => f.Number == 4).Select(f => Hex(f.Bytes)).SingleOrDefault("");
        var (start, end) = (fields.Single(f => f.Number == 7).Value, fields.Single(f => f.Number == 8).Value);
        var status = fields.Where(f => f.Number == 15).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 3).Select(f => f.Value).SingleOrDefault();
        return new ReceivedSpan(Hex(fields.Single(f => f.Number == 1).Bytes), Hex(fields.Single(f => f.Number == 2).Bytes), parent.Length == 0 ? null : parent,
            Text(fields.Single(f => f.Number == 5).Bytes), source, process, TimeSpan.FromTicks((long)(end - start) / 100), status == 2, tags.ToDictionary(t => t.Key, t => t.Value));
    }

    private static IEnumerable<KeyValuePair<string, string>> Tags(ReadOnlyMemory<byte> message, int number) =>
        from pair in Messages(message, number)
        let value = Messages(pair, 2).SelectMany(Fields).FirstOrDefault()
        select KeyValuePair.Create(Text(Messages(pair, 1).Single()), value.Number == 1 ? Text(value.Bytes) : value.Value.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int number) => Fields(message).Where(f => f.Number == number).Select(f => f.Bytes);

    private static IEnumerable<Field> Fields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var key = Varint(ref message);
            var (number, type) = ((int)(key >> 3), (int)(key & 7));
            var (value, bytes) = (0UL, ReadOnlyMemory<byte>.Empty);
            switch (type)
            {
                case 0:
                    value = Varint(ref message);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(message.Span);
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    (bytes, message) = (message[..length], message[length..]);
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(message.Span);
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"No message has a field of type {type}.");
            }
            yield return new Field(number, value, bytes);
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
