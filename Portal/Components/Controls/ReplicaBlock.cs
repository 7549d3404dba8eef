using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Controls;

/// <summary>One block of the bar of replicas. The form says the state too, for those who cannot tell the colours.</summary>
/// <param name="Tone">As in <see cref="Look"/>.</param>
/// <param name="Form"><c>solid</c>, <c>half</c> (on its way), <c>outline</c> (unplaced), <c>hatched</c> (unknown), <c>cross</c> (failed).</param>
/// <param name="Title">The instance and its state, in words.</param>
public sealed record ReplicaBlock(string Tone, string Form, string Title)
{
    /// <summary>One block for each instance by slot, and one for each that is wanted but not there yet.</summary>
    public static ImmutableArray<ReplicaBlock> Of(ImmutableArray<InstanceView> instances, int desired)
    {
        var running = instances.Where(i => i.State is not InstanceState.Stopped).ToList();
        var wanted = running.Count(i => i.Desired == DesiredState.Run);
        return
        [
            .. running.OrderBy(i => i.Slot).ThenBy(i => i.Epoch).Select(Of),
            .. Enumerable.Range(0, Math.Max(0, desired - wanted)).Select(_ => new ReplicaBlock("warn", "outline", "not placed yet")),
        ];
    }

    /// <summary>The words for all of them, as <c>5 healthy, 1 pending</c>.</summary>
    public static string Describe(IEnumerable<InstanceView> instances) => string.Join(", ",
        instances.GroupBy(i => Look.Of(i).Word).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key.ToLowerInvariant()}"));

    private static ReplicaBlock Of(InstanceView instance)
    {
        var look = Look.Of(instance);
        var form = instance switch
        {
            { State: InstanceState.Pending } => "outline",
            { State: InstanceState.Failed } or { Health: Health.Unhealthy, State: InstanceState.Running } => "cross",
            { State: InstanceState.Unknown } or { Health: Health.Unknown, State: InstanceState.Running } => "hatched",
            { State: InstanceState.Running, Health: Health.Healthy, Ready: false } => "half",
            { State: InstanceState.Running, Health: not Health.Starting } => "solid",
            _ => "half",
        };
        return new ReplicaBlock(look.Tone, form, $"{instance.Slot}: {look.Word.ToLowerInvariant()}{(instance.Host is null ? "" : $" on {instance.Host}")}");
    }
}
