using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scheduling;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>
/// Everything that pages and endpoints do with apps. Each call checks what the actor may do and throws
/// <see cref="RefusedException"/>; a refused call changes nothing. What it returns is what the store says now.
/// </summary>
public interface IAppService
{
    /// <summary>Apps that the actor may see, by team and name.</summary>
    Task<ImmutableArray<AppView>> ListAsync(Actor actor, AppQuery query, CancellationToken cancellation);
    /// <summary>One app.</summary>
    Task<AppView> GetAsync(Actor actor, string team, string app, CancellationToken cancellation);
    /// <summary>Creates or changes an app. The same spec again changes nothing.</summary>
    Task<PutResult> PutAsync(Actor actor, string team, string app, AppRequest request, ChangeOptions options, CancellationToken cancellation);
    /// <summary>What a put would do, and changes nothing.</summary>
    Task<PlanView> PlanAsync(Actor actor, string team, string app, AppRequest request, CancellationToken cancellation);
    /// <summary>Changes only the image (null keeps it) and replaces every instance, within the bounds.</summary>
    Task<AppView> DeployAsync(Actor actor, string team, string app, string? image, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Sets the replica count.</summary>
    Task<AppView> ScaleAsync(Actor actor, string team, string app, int replicas, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Replaces every instance within the bounds, same revision.</summary>
    Task<AppView> RestartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Stops it; its data stays.</summary>
    Task<AppView> StopAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Ends a stop.</summary>
    Task<AppView> StartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Deletes it; its containers stop and go, its volumes only if asked.</summary>
    Task DeleteAsync(Actor actor, string team, string app, bool volumes, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Its revisions, newest first.</summary>
    Task<ImmutableArray<RevisionView>> ListRevisionsAsync(Actor actor, string team, string app, CancellationToken cancellation);
    /// <summary>Its instances: live and unplaced ones, or those that ended.</summary>
    Task<ImmutableArray<InstanceView>> ListInstancesAsync(Actor actor, string team, string app, bool ended, CancellationToken cancellation);
    /// <summary>Why an instance is where it is, or nowhere.</summary>
    Task<PlacementView> GetPlacementAsync(Actor actor, string team, string app, InstanceId instance, CancellationToken cancellation);
    /// <summary>Where its volumes lie.</summary>
    Task<ImmutableArray<VolumeView>> ListVolumesAsync(Actor actor, string team, string app, CancellationToken cancellation);
    /// <summary>Lines of all its instances, or one, each with its instance; follows instances that come.</summary>
    IAsyncEnumerable<InstanceLogLine> ReadLogsAsync(Actor actor, string team, string app, LogRequest request, CancellationToken cancellation);
}

/// <summary>Which apps are wanted; null is no filter.</summary>
/// <param name="Team">Of that team.</param>
/// <param name="Status">With that status.</param>
/// <param name="Host">With an instance on that host.</param>
/// <param name="Text">Whose name, team or image contains that text.</param>
public sealed record AppQuery(string? Team = null, AppStatus? Status = null, string? Host = null, string? Text = null);

/// <summary>How a change is made.</summary>
/// <param name="IfMatch">Refused with a conflict unless the app has this generation; null for any. 0 with a put: must not exist.</param>
/// <param name="Message">Why, as the revision keeps it.</param>
public sealed record ChangeOptions(long? IfMatch = null, string? Message = null);

/// <summary>What a put did.</summary>
/// <param name="App">The app as it is now.</param>
/// <param name="Created">Whether it is new.</param>
public sealed record PutResult(AppView App, bool Created);

/// <summary>What a change would do.</summary>
/// <param name="Changes">The difference, field by field.</param>
/// <param name="Steps">Each operation in a sentence, with its host, in order.</param>
/// <param name="Notes">Further sentences, such as what fits nowhere.</param>
public sealed record PlanView(ImmutableArray<FieldChange> Changes, ImmutableArray<PlanStep> Steps, ImmutableArray<string> Notes)
{
    /// <summary>For how long and why the steps that interrupt do so, to follow "interrupts service": <c>for about 10 s, because …</c>; null where none does.</summary>
    public string? Interruption { get; init; }
}

/// <summary>One step of a plan.</summary>
/// <param name="Host">The host's name; null where none is concerned or known.</param>
/// <param name="Slot">The slot; null where none is concerned.</param>
/// <param name="Sentence">What is done.</param>
/// <param name="Effect"><c>noRestart</c>, <c>restart</c> or <c>interrupt</c>.</param>
public sealed record PlanStep(string? Host, int? Slot, string Sentence, string Effect);

/// <summary>Why an instance is where it is, or nowhere.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Host">Where it went; null for nowhere.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="Verdicts">Each host's verdict; null if it was not kept.</param>
/// <param name="DecidedAt">When.</param>
public sealed record PlacementView(InstanceId Instance, string? Host, string Reason, Verdicts? Verdicts, DateTimeOffset? DecidedAt);

/// <summary>Which log lines are wanted.</summary>
/// <param name="Instance">Only of that instance; null for all live ones.</param>
/// <param name="Follow">Go on as new lines come.</param>
/// <param name="Tail">At most so many of the last lines of each instance.</param>
/// <param name="Since">Only from then on.</param>
/// <param name="Text">Only lines that contain it.</param>
/// <param name="Container">Of which of an instance's containers; null for the main one, <c>all</c> for all.</param>
/// <param name="Run">Only of that run of a job, of its ended instances too; null for all live ones, of a job those of its newest run.</param>
/// <param name="Until">Only up to then.</param>
/// <param name="Ended">Those of instances that ended too, as far as they were kept.</param>
/// <param name="Markers">Lines of Portal's own between them: who joined, who left, whose log was not kept.</param>
public sealed record LogRequest(
    InstanceId? Instance = null, bool Follow = false, int? Tail = null, DateTimeOffset? Since = null, string? Text = null, string? Container = null, int? Run = null,
    DateTimeOffset? Until = null, bool Ended = false, bool Markers = false);

/// <summary>A log line with its instance.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Host">Its host's name.</param>
/// <param name="At">When the engine took it.</param>
/// <param name="IsError">Whether it came from standard error.</param>
/// <param name="Text">The line.</param>
/// <param name="Container">Which of the instance's containers said it.</param>
/// <param name="Epoch">The instance's epoch.</param>
/// <param name="IsMarker">Whether Portal says it of the instance, and no container did.</param>
public sealed record InstanceLogLine(InstanceId Instance, int Slot, string Host, DateTimeOffset At, bool IsError, string Text, string Container = InstanceParts.Main, long Epoch = 0, bool IsMarker = false);
