using System.Globalization;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Which version of the Engine API is spoken.</summary>
internal static class ApiVersions
{
    private static readonly Version Ours = new(1, 47);
    private static readonly Version Oldest = new(1, 41);

    /// <summary>The lower of the engine's version and ours; throws if the engine is too old or says none.</summary>
    public static string Negotiate(string? offered, EngineAddress address)
    {
        if (offered is null || !Version.TryParse(offered, out var theirs))
            throw new EngineException(EngineError.Unsupported, $"What answers at {address} is not a Docker engine: it names no API version.");
        if (theirs < Oldest)
            throw new EngineException(EngineError.Unsupported,
                $"The engine at {address} speaks API {offered}; Portal needs {Oldest} (Docker 20.10) or newer.");
        var chosen = theirs < Ours ? theirs : Ours;
        return string.Create(CultureInfo.InvariantCulture, $"{chosen.Major}.{chosen.Minor}");
    }
}
