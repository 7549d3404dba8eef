using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Portal.Components.Controls;
using Portal.Components.Live;
using Portal.Components.Pages.Apps;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Overview;

/// <summary>Draws the overview of a snapshot once for all circuits of the same rights.</summary>
internal sealed class OverviewViews(LiveViews views, SharedMarkup markup, CurrentUsage usage, TimeProvider time)
{
    /// <summary>Bars move slowly, and this page is open all day.</summary>
    internal static readonly TimeSpan UsagePause = TimeSpan.FromSeconds(10);

    private sealed record Figures(UsageSnapshot Used, long At);

    private Figures? _figures;

    /// <summary>Of a snapshot that is already narrowed to what the actor may see.</summary>
    public OverviewView Of(LiveSnapshot snapshot, Actor actor) =>
        views.Of(snapshot, new Reader(actor.Name, actor.IsAdministrator, LiveViews.RightsOf(actor)), () => Make(snapshot, actor));

    private OverviewView Make(LiveSnapshot snapshot, Actor actor)
    {
        var model = new OverviewPageModel();
        model.Apply(snapshot, actor);
        var used = Used().Hosts;
        return new OverviewView
        {
            AppCount = model.AppCount,
            HostCount = model.HostCount,
            InstanceCount = model.InstanceCount,
            MyApps = [.. model.MyApps.Select(LineOf)],
            Hosts = [.. model.Hosts.Select(tile => LineOf(tile, used.GetValueOrDefault(tile.Row.Host.Id)))],
            Events = [.. model.Events.Select(LineOf)],
        };
    }

    private UsageSnapshot Used()
    {
        var figures = Volatile.Read(ref _figures);
        if (figures is null || time.GetElapsedTime(figures.At) >= UsagePause)
        {
            figures = new Figures(usage.Current, time.GetTimestamp());
            Volatile.Write(ref _figures, figures);
        }
        return figures.Used;
    }

    private DrawnLine LineOf(AppRow row) => new(row.Id, markup.Of(new AppKey(row.App, row.Instances), builder =>
    {
        builder.OpenComponent<MyAppLine>(0);
        builder.AddComponentParameter(1, nameof(MyAppLine.Row), row);
        builder.CloseComponent();
    }));

    private DrawnLine LineOf(HostTile tile, HostUsage? used) => new(tile.Row.Host.Id, markup.Of(new TileKey(tile, used?.Cpu, used?.Memory), builder =>
    {
        builder.OpenComponent<HostTileBody>(0);
        builder.AddComponentParameter(1, nameof(HostTileBody.Tile), tile);
        builder.AddComponentParameter(2, nameof(HostTileBody.Used), used);
        builder.CloseComponent();
    }), Look.Of(tile.Row.Host).Tone, tile.Row.Href);

    private DrawnLine LineOf(FoldedEvent folded) => new(folded.Newest.Id,
        markup.Of((folded.Newest.Id, folded.Count), EventList.Inside(folded, brief: true, showWhere: true, time.GetUtcNow())), Look.Of(folded.Newest.Severity).Tone);

    private sealed record Reader(string Name, bool IsAdministrator, string Rights);

    // What did not change is the same object in the next snapshot.
    private sealed class AppKey(AppView app, ImmutableArray<InstanceView> instances) : IEquatable<AppKey>
    {
        private readonly AppView _app = app;
        private readonly ImmutableArray<InstanceView> _instances = instances;

        public bool Equals(AppKey? other) => other is not null && ReferenceEquals(_app, other._app) && _instances == other._instances;

        public override bool Equals(object? obj) => Equals(obj as AppKey);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_app);
    }

    private sealed class TileKey(HostTile tile, double? cpu, long? memory) : IEquatable<TileKey>
    {
        private readonly HostTile _tile = tile;
        private readonly (double? Cpu, long? Memory) _used = (cpu, memory);

        public bool Equals(TileKey? other) => other is not null && ReferenceEquals(_tile.Row.Host, other._tile.Row.Host) && _used == other._used
            && _tile.Row.Instances.Length == other._tile.Row.Instances.Length && _tile.Counts.SequenceEqual(other._tile.Counts)
            && _tile.Blocks.SequenceEqual(other._tile.Blocks, SameBlock.Instance);

        public override bool Equals(object? obj) => Equals(obj as TileKey);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_tile.Row.Host), _tile.Row.Instances.Length);
    }

    // An app's other changes do not show in a block.
    private sealed class SameBlock : IEqualityComparer<Hosts.PlacedInstance>
    {
        public static readonly SameBlock Instance = new();

        public bool Equals(Hosts.PlacedInstance? one, Hosts.PlacedInstance? other) =>
            ReferenceEquals(one?.Instance, other?.Instance) && one?.App.Id == other?.App.Id && one?.App.Name == other?.App.Name && one?.App.Team == other?.App.Team;

        public int GetHashCode(Hosts.PlacedInstance block) => block.Instance.Id.GetHashCode();
    }
}
