using System.Collections.Immutable;
using Portal.Api.Http;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Services;

namespace Portal.Api.Contracts;

/// <summary>What a change would do: the difference, and each operation in a sentence, with its host.</summary>
internal sealed record PlanBody(ImmutableArray<ChangeBody> Changes, ImmutableArray<PlanStep> Steps, ImmutableArray<string> Notes)
{
    public static PlanBody Of(PlanView plan) => new([.. plan.Changes.Select(ChangeBody.Of)], plan.Steps,
        plan.Interruption is { } how ? [$"Interrupts service {how}.", .. plan.Notes] : plan.Notes);
}

/// <summary>One field that differs, and what that does to running containers: <c>noRestart</c> or <c>restartsContainers</c>.</summary>
internal sealed record ChangeBody(string Path, string? Old, string? New, string Effect)
{
    public static ChangeBody Of(FieldChange change) => new(change.Path, change.Old, change.New, Words.ChoiceOf(change.Effect));
}
