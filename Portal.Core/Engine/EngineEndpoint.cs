namespace Portal.Core.Engine;

/// <summary>Where an engine is and how it is reached.</summary>
/// <param name="Address"><c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://[user@]host[:port]</c>.</param>
/// <param name="Tls">Certificates in PEM for TCP with mutual TLS; null for none.</param>
public sealed record EngineEndpoint(string Address, EngineTls? Tls = null)
{
    /// <summary>The name of its host, for what is measured; null where it has none yet.</summary>
    public string? Host { get; init; }
}

/// <summary>PEM texts of a mutual TLS connection.</summary>
/// <param name="Ca">The authority that signed the engine's certificate.</param>
/// <param name="Cert">Our certificate.</param>
/// <param name="Key">Its key; a secret.</param>
public sealed record EngineTls(string Ca, string Cert, string Key)
{
    /// <summary>Nothing of the texts: a log must not hold the key.</summary>
    public override string ToString() => "certificates and a key";
}

/// <summary>What kind of trouble an engine call met.</summary>
public enum EngineError
{
    /// <summary>The endpoint is malformed or its certificates are unusable.</summary>
    InvalidEndpoint,
    /// <summary>No connection, a broken one, or no answer in time.</summary>
    Unreachable,
    /// <summary>The engine refused our certificate, key or user.</summary>
    Denied,
    /// <summary>What was named is not there.</summary>
    NotFound,
    /// <summary>In the way of something that is there: a taken name, a port in use, an image in use.</summary>
    Conflict,
    /// <summary>The engine rejected the request's content.</summary>
    Invalid,
    /// <summary>The image is not there and cannot be had.</summary>
    ImageUnavailable,
    /// <summary>The engine is too old or speaks something else.</summary>
    Unsupported,
    /// <summary>Any other failure of the engine, such as no space left.</summary>
    Failed,
}

/// <summary>An engine call that failed; the message is the engine's own words where there are any.</summary>
public sealed class EngineException(EngineError error, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of trouble.</summary>
    public EngineError Error { get; } = error;
}
