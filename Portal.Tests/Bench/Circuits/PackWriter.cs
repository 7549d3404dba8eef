using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Portal.Tests.Bench.Circuits;

/// <summary>Writes one message of a circuit: MessagePack behind its length.</summary>
internal sealed class PackWriter
{
    private readonly ArrayBufferWriter<byte> _body = new();

    /// <summary>A call of the hub; with an id it is answered.</summary>
    public static byte[] Call(string target, string? id, params object?[] arguments)
    {
        var writer = new PackWriter();
        writer.Bytes(0x96, 0x01, 0x80);
        writer.Value(id);
        writer.Value(target);
        writer.Bytes((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments)
        {
            writer.Value(argument);
        }
        writer.Bytes(0x90);
        return writer.Framed();
    }

    /// <summary>What keeps a silent connection.</summary>
    public static byte[] Ping()
    {
        var writer = new PackWriter();
        writer.Bytes(0x91, 0x06);
        return writer.Framed();
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null:
                Bytes(0xc0);
                break;
            case bool known:
                Bytes(known ? (byte)0xc3 : (byte)0xc2);
                break;
            case long number:
                Bytes(0xd3);
                BinaryPrimitives.WriteInt64BigEndian(_body.GetSpan(8), number);
                _body.Advance(8);
                break;
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                Bytes(0xdb);
                BinaryPrimitives.WriteInt32BigEndian(_body.GetSpan(4), bytes.Length);
                _body.Advance(4);
                _body.Write(bytes);
                break;
            default:
                throw new NotSupportedException($"{value.GetType()} is not sent to circuits.");
        }
    }

    private void Bytes(params ReadOnlySpan<byte> bytes) => _body.Write(bytes);

    private byte[] Framed()
    {
        var framed = new ArrayBufferWriter<byte>();
        for (var length = _body.WrittenCount; ; length >>= 7)
        {
            framed.Write([(byte)(length > 0x7f ? length & 0x7f | 0x80 : length)]);
            if (length <= 0x7f)
            {
                break;
            }
        }
        framed.Write(_body.WrittenSpan);
        return framed.WrittenSpan.ToArray();
    }
}
