using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>An instance.</summary>
internal sealed record InstanceBody(
    Guid Id, string Team, string App, int Slot, long Epoch, int Revision, string? Host, DesiredState Desired, InstanceState State,
    Health Health, bool Ready, string Reason, string Cause, string? ContainerId, string? Address, ImmutableArray<InstancePort> Ports,
    int Restarts, int? ExitCode, DateTime? StartedAt, DateTime? ObservedAt, DateTime CreatedAt, DateTime? EndedAt, ImmutableArray<ContainerBody> Containers, int? Run, InstanceOutcome? Outcome)
{
    public static InstanceBody Of(string team, string app, InstanceView i) => new(
        i.Id.Value, team, app, i.Slot, i.Epoch, i.Revision, i.Host, i.Desired, i.State,
        i.Health, i.Ready, i.Reason, i.Cause, i.ContainerId, i.Address, i.Ports,
        i.Restarts, i.ExitCode, Wire.Time(i.StartedAt), Wire.Time(i.ObservedAt), Wire.Time(i.CreatedAt), Wire.Time(i.EndedAt), [.. i.Containers.Select(ContainerBody.Of)], i.Run, i.Outcome);
}

/// <summary>One container of an instance; its name is `main` for the app's own.</summary>
internal sealed record ContainerBody(
    string Name, PartKind Kind, PartState State, Health Health, string Reason, string Image, string? ImageDigest, string? ContainerId, int Restarts, int? ExitCode, DateTime? StartedAt)
{
    public static ContainerBody Of(ContainerView c) => new(c.Name, c.Kind, c.State, c.Health, c.Reason, c.Image, c.ImageDigest, c.ContainerId, c.Restarts, c.ExitCode, Wire.Time(c.StartedAt));
}

/// <summary>Why an instance is where it is, or nowhere.</summary>
internal sealed record PlacementBody(Guid Instance, string? Host, string Reason, string? Summary, ImmutableArray<string> Remedies, ImmutableArray<VerdictBody> Hosts, DateTime? DecidedAt)
{
    public static PlacementBody Of(PlacementView placement) => new(placement.Instance.Value, placement.Host, placement.Reason, placement.Verdicts?.Summary,
        placement.Verdicts?.Remedies ?? [],
        [.. (placement.Verdicts?.Hosts ?? []).Select(h => new VerdictBody(h.HostName, h.RefusedBy is null, h.RefusedBy, h.Reason, h.RefusedBy is null ? h.Score : null,
            [.. h.Scores.Select(s => new ScoreBody(s.Scorer, s.Score, s.Weight))]))],
        Wire.Time(placement.DecidedAt));
}

/// <summary>One host's verdict: the filter that refused it and why, or its scores.</summary>
internal sealed record VerdictBody(string Host, bool Fits, string? RefusedBy, string Reason, double? Score, ImmutableArray<ScoreBody> Scores);

/// <summary>One scorer's part: 0 to 1, before the weight.</summary>
internal sealed record ScoreBody(string Scorer, double Score, double Weight);

/// <summary>A line of an instance's output; its stream is `stdout`, `stderr`, or `portal` for a marker.</summary>
internal sealed record LogLineBody(Guid Instance, int Slot, long Epoch, string Host, string Container, DateTime At, string Stream, string Text)
{
    public static LogLineBody Of(InstanceLogLine line) => new(
        line.Instance.Value, line.Slot, line.Epoch, line.Host, line.Container, Wire.Time(line.At), line.IsError ? "stderr" : line.IsMarker ? "portal" : "stdout", line.Text);
}
