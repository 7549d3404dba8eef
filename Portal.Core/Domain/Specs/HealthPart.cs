using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>The health policy.</summary>
internal static class HealthPart
{
    private const int MaxRetries = 1000;
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <param name="health">The object.</param>
    /// <param name="ports">The app's ports; null where they have faults of their own, or are not known.</param>
    public static HealthSpec Read(BodyReader health, ImmutableArray<PortSpec>? ports)
    {
        var defaults = new HealthSpec();
        var kind = health.Choice<HealthKind>("kind");
        var spec = new HealthSpec
        {
            Kind = kind ?? HealthKind.None,
            Port = health.Text("port", NameRules.CheckDnsLabel),
            Path = health.Text("path", CheckPath) ?? defaults.Path,
            Headers = HealthHttpPart.ReadHeaders(health),
            Match = HealthHttpPart.ReadMatch(health.Object("match")),
            Command = ReadCommand(health),
            SuccessThreshold = health.Whole("successThreshold", 1, MaxRetries) ?? defaults.SuccessThreshold,
            OnUnhealthy = health.Choice<OnUnhealthy>("onUnhealthy") ?? defaults.OnUnhealthy,
        };
        spec = ReadTimes(health, spec);
        if (spec.IsProbed)
        {
            CheckPort(health, spec.PortName, ports);
        }
        if (kind is not null || !health.Has("kind"))
        {
            CheckCommand(health, spec);
            HealthHttpPart.CheckKind(health, spec);
        }
        return spec;
    }

    /// <summary>How often it is asked, and how many failures count.</summary>
    public static HealthSpec ReadTimes(BodyReader health, HealthSpec spec) => spec with
    {
        Interval = health.Duration("interval", MinInterval, Longest) ?? spec.Interval,
        Timeout = health.Duration("timeout", MinTimeout, Longest) ?? spec.Timeout,
        Retries = health.Whole("retries", 1, MaxRetries) ?? spec.Retries,
        StartPeriod = health.Duration("startPeriod", TimeSpan.Zero, Longest) ?? spec.StartPeriod,
    };

    private static void CheckPort(BodyReader health, string name, ImmutableArray<PortSpec>? ports)
    {
        if (ports is null || health.Faults.Has(health.PathOf("port")))
        {
            return;
        }
        if (ports.Value.FirstOrDefault(p => p.Name == name) is not { } port)
        {
            health.Fault("port", $"must name one of the app's ports; there is none named {name}");
        }
        else if (port.Protocol != "tcp")
        {
            health.Fault("port", "must be a tcp port");
        }
    }

    public static void CheckCommand(BodyReader health, HealthSpec spec)
    {
        if (!health.Faults.Has(health.PathOf("command")))
        {
            if (spec.Kind == HealthKind.Command && spec.Command is null)
            {
                health.Fault("command", "is required with the kind command");
            }
            else if (spec.Kind != HealthKind.Command && spec.Command is not null)
            {
                health.Fault("command", "needs the kind command");
            }
        }
        if (spec.Kind == HealthKind.Command && spec.SuccessThreshold != 1)
        {
            health.Fault("successThreshold", "must be 1 with the kind command: the engine counts no successes");
        }
    }

    /// <summary>Program and arguments. The engine's own words for how to run it are understood.</summary>
    public static ImmutableArray<string>? ReadCommand(BodyReader health)
    {
        var command = SpecReader.ReadArguments(health, "command");
        switch (command)
        {
            case { } words when words is ["CMD", _, ..]:
                command = [.. words.Skip(1)];
                break;
            case { } words when words is ["CMD-SHELL", var script]:
                command = ["/bin/sh", "-c", script];
                break;
            case { } words when words is ["CMD" or "CMD-SHELL" or "NONE", ..]:
                health.Fault("command", "must be a program and its arguments");
                return null;
        }
        if (command is ["", ..])
        {
            health.Fault("command[0]", "must not be empty");
        }
        return command;
    }

    public static string? CheckPath(string path) =>
        !path.StartsWith('/') ? "must begin with /"
        : path.Length > 2048 ? "must be at most 2048 characters long"
        : path.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? "must not contain spaces or control characters"
        : null;
}
