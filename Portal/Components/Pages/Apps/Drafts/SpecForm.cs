using System.Text.Json.Nodes;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>
/// An app as its form holds it: what was typed, right or wrong. It becomes the API's own JSON, so that the codec finds
/// every fault of form and names it by the path that the field carries.
/// </summary>
public sealed class SpecForm
{
    public string Image { get; set; } = "";
    public string Replicas { get; set; } = "";
    public string Kind { get; set; } = "service";
    /// <summary>Sent only where <see cref="Kind"/> is job.</summary>
    public JobLine Job { get; set; } = new();
    public bool IsJob => Kind == "job";
    public string Pull { get; set; } = "ifNotPresent";
    /// <summary>One argument a line.</summary>
    public string Entrypoint { get; set; } = "";
    /// <summary>One argument a line.</summary>
    public string Command { get; set; } = "";
    public string WorkingDir { get; set; } = "";
    public string User { get; set; } = "";
    public string Network { get; set; } = "bridge";
    public List<Pair> Env { get; } = [];
    public List<PortLine> Ports { get; } = [];
    public List<VolumeLine> Volumes { get; } = [];
    public List<PartLine> InitContainers { get; } = [];
    public List<PartLine> Sidecars { get; } = [];
    public string ReserveCpus { get; set; } = "";
    public string ReserveMemory { get; set; } = "";
    public string LimitCpus { get; set; } = "";
    public string LimitMemory { get; set; } = "";
    public string HealthKind { get; set; } = "none";
    /// <summary>One argument a line.</summary>
    public string HealthCommand { get; set; } = "";
    public string HealthPort { get; set; } = "";
    public string HealthPath { get; set; } = "";
    public List<Pair> HealthHeaders { get; } = [];
    public string HealthStatus { get; set; } = "";
    public string HealthBody { get; set; } = "";
    public string HealthInterval { get; set; } = "";
    public string HealthTimeout { get; set; } = "";
    public string HealthRetries { get; set; } = "";
    public string HealthSuccessThreshold { get; set; } = "";
    public string HealthStartPeriod { get; set; } = "";
    public string OnUnhealthy { get; set; } = "restart";
    public string RestartPolicy { get; set; } = "always";
    public string RestartMaxPerHost { get; set; } = "";
    public string RestartWindow { get; set; } = "";
    public string Strategy { get; set; } = "spread";
    /// <summary>One expression a line.</summary>
    public string Constraints { get; set; } = "";
    /// <summary>One label path a line.</summary>
    public string SpreadBy { get; set; } = "";
    public string MaxPerHost { get; set; } = "";
    public string UpdateOrder { get; set; } = "startFirst";
    public string MaxSurge { get; set; } = "";
    public string MaxUnavailable { get; set; } = "";
    public string MinReady { get; set; } = "";
    /// <summary>How many may be down by choice at once; empty for what the update allows.</summary>
    public string Disruption { get; set; } = "";
    public string ProgressDeadline { get; set; } = "";
    public string OnUpdateFailure { get; set; } = "rollback";
    public List<CanaryLine> Canary { get; } = [];
    /// <summary>Sent only of services.</summary>
    public ScalingLine Scaling { get; set; } = new();
    public bool IsScaled => Kind == "service" && Scaling.IsOn;
    public string StopSignal { get; set; } = "";
    public string StopGracePeriod { get; set; } = "";
    public string StopDelay { get; set; } = "";
    public List<Pair> Labels { get; } = [];

    /// <summary>The API's JSON: only what was filled in and differs from the defaults.</summary>
    public JsonObject ToJson() => SpecFormJson.Write(this);

    /// <summary>The form of a spec's JSON, complete or not.</summary>
    public static SpecForm Of(JsonObject json) => SpecFormJson.Read(json);
}

/// <summary>A name with its value.</summary>
public sealed class Pair
{
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";
}

/// <summary>A published port as typed.</summary>
public sealed class PortLine
{
    public string Name { get; set; } = "";
    public string ContainerPort { get; set; } = "";
    public string HostPort { get; set; } = "";
    public string Protocol { get; set; } = "tcp";
    public bool Public { get; set; }
}

/// <summary>A sidecar or init container as typed.</summary>
public sealed class PartLine
{
    public string Name { get; set; } = "";
    public string Image { get; set; } = "";
    /// <summary>One argument a line.</summary>
    public string Entrypoint { get; set; } = "";
    /// <summary>One argument a line.</summary>
    public string Command { get; set; } = "";
    public string WorkingDir { get; set; } = "";
    public string User { get; set; } = "";
    public List<Pair> Env { get; } = [];
    public List<MountLine> Mounts { get; } = [];
    public string ReserveCpus { get; set; } = "";
    public string ReserveMemory { get; set; } = "";
    public string LimitCpus { get; set; } = "";
    public string LimitMemory { get; set; } = "";
    public string HealthKind { get; set; } = "none";
    /// <summary>One argument a line.</summary>
    public string HealthCommand { get; set; } = "";
    public string HealthInterval { get; set; } = "";
    public string HealthTimeout { get; set; } = "";
    public string HealthRetries { get; set; } = "";
    public string HealthStartPeriod { get; set; } = "";
    public string OnUnhealthy { get; set; } = "restart";
}

/// <summary>One of the app's volumes in a sidecar or init container as typed.</summary>
public sealed class MountLine
{
    public string Name { get; set; } = "";
    public string Path { get; set; } = "";
    public bool ReadOnly { get; set; }
}

/// <summary>A canary step as typed.</summary>
public sealed class CanaryLine
{
    public string Percent { get; set; } = "";
    /// <summary>Whether it waits until someone promotes it, instead of for <see cref="Pause"/>.</summary>
    public bool Manual { get; set; }
    public string Pause { get; set; } = "";
}

/// <summary>A named volume as typed.</summary>
public sealed class VolumeLine
{
    public string Name { get; set; } = "";
    public string Path { get; set; } = "";
    public bool ReadOnly { get; set; }
    public bool StartEmpty { get; set; }
}
