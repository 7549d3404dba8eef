namespace Portal.Tests.EndToEnd;

/// <summary>AppSpecs as a user would write them, quick to change where a test changes them.</summary>
internal static class Specs
{
    /// <summary>A program that stays until it is told to stop.</summary>
    public static Dictionary<string, object?> Forever(int? replicas = null, int version = 1)
    {
        var spec = new Dictionary<string, object?>
        {
            ["image"] = "test/busybox:1",
            ["env"] = new Dictionary<string, string> { ["SETTING"] = $"{version}" },
            ["stop"] = new { gracePeriod = "2s" },
        };
        return replicas is { } number ? spec.With("replicas", number) : spec;
    }

    public static Dictionary<string, object?> With(this Dictionary<string, object?> spec, string name, object? value) => new(spec) { [name] = value };

    /// <summary>Replaced <paramref name="surge"/> at a time, each ready after <paramref name="minReady"/>.</summary>
    public static Dictionary<string, object?> WithUpdate(this Dictionary<string, object?> spec, string order, int surge = 1, string minReady = "1s") =>
        spec.With("update", order == "stopFirst" ? new { order, maxSurge = 0, maxUnavailable = surge, minReady } : new { order, maxSurge = surge, maxUnavailable = 0, minReady });

    public static Dictionary<string, object?> WithVolume(this Dictionary<string, object?> spec) =>
        spec.With("volumes", new[] { new { name = "data", path = "/data" } });

    public static Dictionary<string, object?> On(this Dictionary<string, object?> spec, params string[] constraints) =>
        spec.With("placement", new { constraints });
}
