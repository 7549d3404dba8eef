using System.Buffers.Binary;
using System.Text;

namespace Portal.Tests.Bench.Circuits;

/// <summary>Reads the few kinds of MessagePack values (https://github.com/msgpack/msgpack/blob/master/spec.md) that a circuit sends.</summary>
internal ref struct PackReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public int ReadArray()
    {
        var kind = Next();
        return kind switch
        {
            >= 0x90 and <= 0x9f => kind & 0x0f,
            0xdc => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            0xdd => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
            _ => throw Unexpected(kind),
        };
    }

    public long ReadNumber()
    {
        var kind = Next();
        return kind switch
        {
            <= 0x7f => kind,
            >= 0xe0 => (sbyte)kind,
            0xcc or 0xd0 => Next(),
            0xcd or 0xd1 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            0xce or 0xd2 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            0xcf or 0xd3 => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
            _ => throw Unexpected(kind),
        };
    }

    public string? ReadText()
    {
        var kind = Next();
        return kind switch
        {
            0xc0 => null,
            >= 0xa0 and <= 0xbf => Encoding.UTF8.GetString(Take(kind & 0x1f)),
            0xd9 => Encoding.UTF8.GetString(Take(Next())),
            0xda => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16BigEndian(Take(2)))),
            0xdb => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadInt32BigEndian(Take(4)))),
            _ => throw Unexpected(kind),
        };
    }

    /// <summary>The headers of a message, which are empty.</summary>
    public void SkipMap()
    {
        var kind = Next();
        if (kind != 0x80)
        {
            throw Unexpected(kind);
        }
    }

    private byte Next() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static InvalidDataException Unexpected(byte kind) => new($"A circuit sent a value of the kind {kind:x2} where another was due.");
}
