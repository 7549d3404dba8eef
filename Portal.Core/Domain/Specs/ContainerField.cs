namespace Portal.Core.Domain.Specs;

/// <summary>Whether a field is part of what a container is made of; agrees with <see cref="SpecHash"/>.</summary>
internal static class ContainerField
{
    private static readonly HashSet<string> Whole = new(StringComparer.Ordinal)
    {
        "image", "entrypoint", "command", "workingDir", "user", "env", "network", "ports", "labels",
    };

    private static readonly HashSet<string> Single = new(StringComparer.Ordinal)
    {
        "restart.policy", "stop.signal", "stop.gracePeriod", "resources.reservations.memory", "resources.limits.cpus", "resources.limits.memory",
    };

    private static readonly HashSet<string> OfCheck = new(StringComparer.Ordinal)
    {
        "health.kind", "health.command", "health.interval", "health.timeout", "health.retries", "health.startPeriod",
    };

    private static readonly string[] NoneOfPart = [".resources.reservations.cpus", ".health.onUnhealthy"];

    public static bool Is(string path, AppSpec old, AppSpec @new) => path.Split('.', '[')[0] switch
    {
        "volumes" => !path.EndsWith(".onHostLoss", StringComparison.Ordinal),
        // A job's containers are never restarted by the engine.
        "kind" => (old.Kind == AppKind.Job) != (@new.Kind == AppKind.Job),
        PartsPart.Sidecars or PartsPart.InitContainers => !NoneOfPart.Any(p => path.EndsWith(p, StringComparison.Ordinal)),
        "health" => OfCheck.Contains(path) && (old.Health.Kind == HealthKind.Command || @new.Health.Kind == HealthKind.Command),
        var first => Whole.Contains(first) || Single.Contains(path),
    };
}
