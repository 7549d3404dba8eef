using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>An app's revisions with the rollouts that led there. Knows no renderer and no service.</summary>
public sealed class DeploysTabModel
{
    private ImmutableArray<RevisionView> _revisions = [];
    private ImmutableArray<RolloutState> _rollouts = [];
    private AppView? _app;

    /// <summary>Newest first.</summary>
    public ImmutableArray<RevisionRow> Rows { get; private set; } = [];

    /// <summary>Takes what was read.</summary>
    public void Apply(ImmutableArray<RevisionView> revisions, ImmutableArray<RolloutView> rollouts)
    {
        _revisions = revisions;
        _rollouts = [.. rollouts.Select(r => r.State)];
        Arrange([]);
    }

    /// <summary>Takes the live state, which knows the last rollout better than what was read.</summary>
    public void Apply(AppView app, ImmutableArray<InstanceView> instances)
    {
        _app = app;
        Arrange(instances);
    }

    /// <summary>What differs between two revisions; null unless both are chosen and known.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other one.</param>
    /// <param name="seesEnv">Whether the actor sees values of env: where not, they are the same word in both.</param>
    public Comparison? Compare(int? a, int? b, bool seesEnv) => Find(a) is { } one && Find(b) is { } other ? Comparison.Of(one, other, seesEnv) : null;

    /// <summary>What going back to a revision would do, to be confirmed.</summary>
    public ConfirmRequest AskRollback(AppView app, RevisionView revision)
    {
        const int Told = 8;
        var present = RolloutWords.GoalOf(app);
        var changes = Find(present) is { } from ? Comparison.Of(from, revision, seesEnv: true).Changes : [];
        var more = changes.Length - Told;
        var deed = revision.Number < present ? "Roll back to" : "Roll out";
        return new ConfirmRequest($"{deed} revision {revision.Number} of {app.Name}?",
            $"Revision {revision.Number} replaces revision {present}, instance by instance, with {RolloutWords.Within(Bounds.Of(revision.Spec, app.Desired), app.Desired)} meanwhile. "
            + (revision.ImageDigest is null ? "" : "It runs the image as it was then, wherever the tag points now. ") + (changes.IsEmpty ? "" : "What changes:"), $"{deed} revision {revision.Number}")
        {
            Danger = false,
            MessageHint = "Kept with the rollout.",
            Steps = [.. changes.Take(Told).Select(c => $"{c.Path}: {Side(c.Old)} → {Side(c.New)}"), .. more > 0 ? [$"and {Words.Count(more, "more field")}"] : Array.Empty<string>()],
        };
    }

    private static string Side(string? text) => DiffTable.IsNothing(text) ? "none" : text!;

    private RevisionView? Find(int? number) => _revisions.FirstOrDefault(r => r.Number == number);

    private void Arrange(ImmutableArray<InstanceView> instances)
    {
        if (_app is not { } app)
        {
            return;
        }
        var last = app.Rollout?.State;
        var rollouts = last is null ? _rollouts : [.. _rollouts.Where(r => r.Generation != last.Generation).Append(last).OrderByDescending(r => r.Generation)];
        Rows = [.. _revisions.Select(revision => RevisionRow.Of(app, revision, rollouts, instances))];
    }
}

/// <summary>One revision.</summary>
public sealed record RevisionRow
{
    public required RevisionView Revision { get; init; }
    public required ImageName Image { get; init; }
    /// <summary>The rollouts that led to it, newest first.</summary>
    public required ImmutableArray<RolloutState> Rollouts { get; init; }
    /// <summary>Whether it is the one in force, or on its way to be.</summary>
    public required bool IsPresent { get; init; }
    /// <summary>Its part in what goes on, as <c>in force</c>; null for none.</summary>
    public required string? Part { get; init; }
    /// <summary>Instances of it that shall run.</summary>
    public required int Instances { get; init; }

    public int Number => Revision.Number;

    public static RevisionRow Of(AppView app, RevisionView revision, IEnumerable<RolloutState> rollouts, ImmutableArray<InstanceView> instances) => new()
    {
        Revision = revision,
        Image = ImageName.Parse(revision.Spec.Image),
        Rollouts = [.. rollouts.Where(r => r.To == revision.Number)],
        IsPresent = revision.Number == (RolloutWords.LastOf(app) is { Status: RolloutStatus.RollingBack } back ? back.Base : app.Revision),
        Part = PartOf(app, revision.Number),
        Instances = instances.Count(i => i.Revision == revision.Number && i.Desired == DesiredState.Run),
    };

    private static string? PartOf(AppView app, int number) => RolloutWords.LastOf(app) switch
    {
        null => number == app.Revision ? "asked for" : null,
        { IsOver: true, Status: RolloutStatus.Failed } failed => number == failed.To ? "asked for" : number == failed.Base ? "runs on" : null,
        { IsOver: true } => number == app.Revision ? "in force" : null,
        { Status: RolloutStatus.RollingBack } back => number == back.Base ? "comes back" : number == back.To ? "goes" : null,
        var rollout => number == rollout.To ? "on its way" : number == rollout.Base ? "in force" : null,
    };
}

/// <summary>What differs between two revisions, from the older to the newer one unless asked the other way round.</summary>
/// <param name="A">One.</param>
/// <param name="B">The other one.</param>
/// <param name="Changes">The fields that differ, the image's digest among them.</param>
/// <param name="Note">What the comparison cannot tell; null for nothing.</param>
public sealed record Comparison(RevisionView A, RevisionView B, ImmutableArray<FieldChange> Changes, string? Note)
{
    private const int DigestShown = 19;

    public static Comparison Of(RevisionView a, RevisionView b, bool seesEnv)
    {
        var changes = SpecDiff.Between(a.Spec, b.Spec, hideEnv: !seesEnv);
        if (a.ImageDigest != b.ImageDigest && a.ImageDigest is not null && b.ImageDigest is not null)
        {
            changes = changes.Add(new FieldChange("image digest", Short(a.ImageDigest), Short(b.ImageDigest), ChangeEffect.RestartsContainers));
        }
        return new Comparison(a, b, changes, !seesEnv && a.Spec.Env.Count + b.Spec.Env.Count > 0
            ? "Values of env are hidden from you: where only a value differs, it is not told." : null);
    }

    private static string Short(string digest) => digest[..Math.Min(DigestShown, digest.Length)];
}
