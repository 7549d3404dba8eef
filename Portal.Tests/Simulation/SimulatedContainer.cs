using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Simulation;

/// <summary>What the containers of an image do.</summary>
internal enum Conduct
{
    /// <summary>Starts, and answers soon.</summary>
    Good,
    /// <summary>Answers only after ten seconds.</summary>
    Slow,
    /// <summary>Ends with code 1 as soon as it runs.</summary>
    Crashing,
    /// <summary>Runs and never answers.</summary>
    Mute,
    /// <summary>No registry has the image.</summary>
    Missing,
    /// <summary>Its program is not in the image.</summary>
    Unstartable,
    /// <summary>Ends with code 0 after a while.</summary>
    Ending,
}

/// <summary>An image: what it is called, and what its containers do.</summary>
/// <param name="Reference">By tag.</param>
/// <param name="Digest">By digest.</param>
/// <param name="Conduct">What its containers do.</param>
internal sealed record SimulatedImage(string Reference, string Digest, Conduct Conduct)
{
    public static SimulatedImage Of(string reference)
    {
        var name = reference.Split('/', ':', '@')[1];
        var digest = "sha256:" + string.Concat(Enumerable.Repeat(((uint)reference.Aggregate(17, (h, c) => unchecked(h * 31 + c))).ToString("x8"), 8));
        return new SimulatedImage(reference, $"sim/{name}@{digest}", Enum.Parse<Conduct>(name, ignoreCase: true));
    }
}

/// <summary>A container on a simulated engine.</summary>
internal sealed class SimulatedContainer(string id, ContainerRequest request, SimulatedImage image, DateTimeOffset createdAt)
{
    public string Id { get; } = id;
    public ContainerRequest Request { get; } = request;
    public SimulatedImage Image { get; } = image;
    public string Name => Request.Name;
    public ImmutableDictionary<string, string> Labels { get; } = request.Labels.ToImmutableDictionary();
    public string State { get; set; } = "created";
    public int ExitCode { get; set; }
    public string Error { get; set; } = "";
    public int RestartCount { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public int FirstPort { get; set; }
    /// <summary>Counts its runs, so that what was begun for one touches no other.</summary>
    public int Run { get; set; }
    /// <summary>Whether it was stopped by hand, by Portal or someone else: then the engine does not restart it.</summary>
    public bool WasStopped { get; set; }
    public bool IsSick { get; set; }
    /// <summary>The run of the container whose network it shares, in which it joined that.</summary>
    public int Joined { get; set; }
    public string Part => Labels.GetValueOrDefault(LabelKeys.Container, InstanceParts.Main);
    public bool IsMain => Part == InstanceParts.Main;
    /// <summary>Whether its engine starts it again after it ended by itself.</summary>
    public bool RunsAgain => !WasStopped && Request.RestartPolicy is var policy && policy != "no" && (policy != "on-failure" || ExitCode != 0);
    public bool IsRunning => State == "running";
    public string? Instance => Labels.GetValueOrDefault(LabelKeys.Instance);
    public bool IsOurs => Labels.GetValueOrDefault(LabelKeys.Cluster) == SimulatedStore.Cluster.ToString();

    /// <summary>Whether it serves.</summary>
    public bool Serves(DateTimeOffset now) => IsRunning && !IsSick && Image.Conduct switch
    {
        Conduct.Good => now - StartedAt >= TimeSpan.FromSeconds(0.5),
        Conduct.Slow => now - StartedAt >= TimeSpan.FromSeconds(10),
        _ => false,
    };

    public ContainerSummary Summary(DateTimeOffset now) => new()
    {
        Id = Id,
        Name = Name,
        Image = Request.Image,
        State = State,
        Status = IsRunning && HealthWord(now) is { } health ? $"Up 3 minutes ({(health == "starting" ? "health: starting" : health)})" : "",
        Labels = Labels,
        Ports = Ports(),
        CreatedAt = createdAt,
    };

    public ContainerDetails Details(DateTimeOffset now) => new()
    {
        Id = Id,
        Name = Name,
        State = State,
        Labels = Labels,
        Health = IsRunning ? HealthWord(now) : null,
        ExitCode = ExitCode,
        Error = Error,
        RestartCount = RestartCount,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        CreatedAt = createdAt,
        ImageId = Image.Digest,
        Ports = Ports(),
    };

    public string? HealthWord(DateTimeOffset now) => Request.HealthCheck is not { } check ? null
        : Serves(now) ? "healthy" : now - StartedAt > check.Interval * check.Retries ? "unhealthy" : "starting";

    private ImmutableArray<PublishedPort> Ports() => IsRunning ? [.. Request.Ports.Select((p, i) => p with { HostPort = p.HostPort != 0 ? p.HostPort : FirstPort + i })] : [];
}
