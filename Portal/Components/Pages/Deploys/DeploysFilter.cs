using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Deploys;

/// <summary>Which rollouts are shown: all that the page's URL says.</summary>
public sealed record DeploysFilter
{
    public string Text { get; init; } = "";
    public ImmutableSortedSet<RolloutStatus> Statuses { get; init; } = [];
    public ImmutableSortedSet<string> Teams { get; init; } = [];

    /// <summary>Reads the values of a query string. The scope's own names, team and host, are the frame's.</summary>
    public static DeploysFilter Read(Func<string, string?> query) => new()
    {
        Text = query("q") ?? "",
        Statuses = QueryWords.Members<RolloutStatus>(query("status")),
        Teams = QueryWords.Names(query("teams")),
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() => [("q", Text), ("status", QueryWords.Write(Statuses)), ("teams", QueryWords.Write(Teams))];

    public bool Equals(DeploysFilter? other) => other is not null && Write().SequenceEqual(other.Write());

    public override int GetHashCode() => HashCode.Combine(Text, Statuses.Count, Teams.Count);

    /// <summary>Adds a facet's value, or takes it away. A status is named as people read it.</summary>
    public DeploysFilter Toggle(string facet, string value) => facet switch
    {
        "status" => Enum.GetValues<RolloutStatus>().Where(s => Look.Of(s).Word == value).Aggregate(this, (filter, s) => filter with { Statuses = QueryWords.Toggled(filter.Statuses, s) }),
        "teams" => this with { Teams = QueryWords.Toggled(Teams, value) },
        _ => this,
    };
}
