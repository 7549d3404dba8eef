using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Services;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>A plan as people read it: what interrupts, what restarts, what does neither.</summary>
/// <param name="Effect"><c>interrupt</c>, <c>restart</c> or <c>noRestart</c>.</param>
/// <param name="Title">The group's heading.</param>
/// <param name="Steps">Its steps, in order.</param>
public sealed record PlanGroup(string Effect, string Title, ImmutableArray<PlanStep> Steps)
{
    /// <summary>The steps by what they do to those who use the app, the harshest first.</summary>
    public static ImmutableArray<PlanGroup> Of(PlanView plan) =>
    [
        .. from effect in Order
           let steps = plan.Steps.Where(s => s.Effect == effect).ToImmutableArray()
           where steps.Length > 0
           select new PlanGroup(effect, TitleOf(effect, steps, plan.Interruption), steps),
    ];

    /// <summary>Whether applying it would change anything.</summary>
    public static bool ChangesNothing(PlanView plan) => plan.Changes.IsEmpty && plan.Steps.IsEmpty;

    private static readonly ImmutableArray<string> Order = ["interrupt", "restart", "noRestart"];

    private static string TitleOf(string effect, ImmutableArray<PlanStep> steps, string? interruption) => effect switch
    {
        "interrupt" when interruption is null => $"Interrupts service: {Words.Count(Containers(steps), "container")}",
        "interrupt" when Containers(steps) == 1 => $"Interrupts service {interruption}",
        "interrupt" => $"Interrupts service: {Containers(steps)} containers, each {interruption}",
        "restart" => $"Restarts {Words.Count(Containers(steps), "container")}",
        _ => "No restart",
    };

    /// <summary>Slots concerned; steps without one count each.</summary>
    private static int Containers(ImmutableArray<PlanStep> steps) =>
        steps.Where(s => s.Slot is not null).Select(s => s.Slot).Distinct().Count() is > 0 and var slots ? slots : steps.Length;

    /// <summary>A changed field's effect, in words.</summary>
    public static string EffectOf(FieldChange change) => change.Effect == ChangeEffect.NoRestart ? "no restart" : "restarts containers";
}
