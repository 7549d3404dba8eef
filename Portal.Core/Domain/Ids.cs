using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Portal.Core.Domain;

/// <summary>Names one app over its whole life; a re-created app of the same name has a new one.</summary>
/// <param name="Value">The raw value.</param>
public readonly record struct AppId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Names one registered host.</summary>
/// <param name="Value">The raw value.</param>
public readonly record struct HostId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Names one team.</summary>
/// <param name="Value">The raw value.</param>
public readonly record struct TeamId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Names one instance: one (app, slot, epoch).</summary>
/// <param name="Value">The raw value.</param>
public readonly record struct InstanceId(Guid Value)
{
    /// <summary>The id that follows from what an instance is, so that a pure decision can name what it makes.</summary>
    /// <param name="app">The app.</param>
    /// <param name="slot">The slot, from 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    public static InstanceId Of(AppId app, int slot, long epoch)
    {
        Span<byte> source = stackalloc byte[28];
        app.Value.TryWriteBytes(source);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], slot);
        BinaryPrimitives.WriteInt64BigEndian(source[20..], epoch);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        return new InstanceId(new Guid(hash[..16]));
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
