using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>One app as its page shows it. Knows no renderer and no service.</summary>
public sealed class AppPageModel(string team, string name)
{
    private bool _seen;

    public string Team { get; } = team;
    public string Name { get; } = name;
    public string Path => $"/apps/{Team}/{Name}";

    /// <summary>The app; null if there is none, or none that the actor may know of.</summary>
    public AppView? App { get; private set; }

    /// <summary>Live and unplaced instances, by slot and epoch.</summary>
    public ImmutableArray<InstanceView> Instances { get; private set; } = [];

    public ImmutableArray<AppEndpoint> Endpoints { get; private set; } = [];

    /// <summary>Said in place of the page when there is no app.</summary>
    public string Absence => _seen ? $"{Name} was deleted." : $"There is no app {Name} in team {Team}, or you may not see it.";

    /// <summary>Instances that stay, by slot; slots that have none yet have an empty block.</summary>
    public ImmutableArray<SlotBlock> Staying { get; private set; } = [];

    /// <summary>Instances that a change is taking away.</summary>
    public ImmutableArray<SlotBlock> Leaving { get; private set; } = [];

    /// <summary>Takes a new snapshot, already narrowed to what the actor may see.</summary>
    public void Apply(LiveSnapshot snapshot)
    {
        App = snapshot.Apps.Values.FirstOrDefault(a => a.Name == Name && a.Team == Team);
        _seen |= App is not null;
        Instances = App is not null && snapshot.Instances.TryGetValue(App.Id, out var found) ? found : [];
        Endpoints = AppEndpoint.Of(Instances);
        (Staying, Leaving) = App is null ? ([], []) : SlotBlock.Split(App, Instances);
    }

    /// <summary>The status with its reason, in a sentence.</summary>
    public string Sentence => App is null ? "" : AppSentence.Of(App);

    /// <summary>The instance of an open drawer; null if none is open, or it is no longer live.</summary>
    public InstanceView? Find(InstanceId? id) => Instances.FirstOrDefault(i => i.Id == id);

    /// <summary>What an instance is, in words.</summary>
    public static string TitleOf(InstanceView instance) => $"{(instance.Run is { } run ? $"Instance {instance.Slot} of run {run}" : $"Replica {instance.Slot}")}, {(HasStarted(instance) ? $"its {Words.Ordinal(instance.Epoch)} container" : ContainerOf(instance))}";

    /// <summary>Which of its slot's containers it is, as <c>container 7</c>, or that it has none.</summary>
    public static string ContainerOf(InstanceView instance) => HasStarted(instance) ? $"container {instance.Epoch}"
        : instance.EndedAt is null ? "not started yet" : "never started";

    private static bool HasStarted(InstanceView instance) => instance.ContainerId is not null || instance.StartedAt is not null;
}
