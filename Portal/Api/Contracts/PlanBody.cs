using System.Collections.Immutable;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Services;

namespace Portal.Api.Contracts;

/// <summary>What a change would do: the difference, and each operation in a sentence, with its host.</summary>
internal sealed record PlanBody(ImmutableArray<FieldChange> Changes, ImmutableArray<PlanStep> Steps, ImmutableArray<string> Notes)
{
    public static PlanBody Of(PlanView plan) => new(plan.Changes, plan.Steps, plan.Notes);
}
