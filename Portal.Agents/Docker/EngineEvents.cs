using System.Collections.Immutable;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Translates a line of the event stream. Pure.</summary>
internal static class EngineEvents
{
    private const string HealthStatus = "health_status";

    /// <summary>Null for what nobody wants: commands run in a container, each check of its health among them.</summary>
    public static EngineEvent? From(EventLine line)
    {
        if (line.Action is not { Length: > 0 } action || line.Actor?.Id is not { Length: > 0 } id) return null;
        if (action.StartsWith("exec_", StringComparison.Ordinal)) return null;
        var attributes = line.Actor.Attributes ?? ImmutableDictionary<string, string>.Empty;
        var colon = action.IndexOf(':');
        if (colon >= 0)
        {
            var tail = action[(colon + 1)..].Trim();
            action = action[..colon];
            if (action == HealthStatus) attributes = attributes.SetItem("health", tail);
        }
        return new EngineEvent(action, id, attributes, DateTimeOffset.UnixEpoch.AddTicks(line.TimeNano / TimeSpan.NanosecondsPerTick));
    }
}
