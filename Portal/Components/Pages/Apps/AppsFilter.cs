using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Apps;

/// <summary>What the table of apps is sorted by.</summary>
public enum AppSort
{
    Name,
    Status,
    Image,
    Replicas,
    Changed,
    Cpu,
    Memory,
}

/// <summary>What the table of apps shows, and in which order: all that its URL says.</summary>
public sealed record AppsFilter
{
    public string Text { get; init; } = "";
    public ImmutableSortedSet<AppStatus> Statuses { get; init; } = [];
    public ImmutableSortedSet<string> Teams { get; init; } = [];
    public ImmutableSortedSet<string> Hosts { get; init; } = [];
    public AppSort Sort { get; init; } = AppSort.Name;
    public bool Descending { get; init; }

    public bool IsEmpty => Text.Length == 0 && Statuses.IsEmpty && Teams.IsEmpty && Hosts.IsEmpty;

    /// <summary>Reads the values of a query string. The scope's own names, team and host, are the frame's.</summary>
    public static AppsFilter Read(Func<string, string?> query)
    {
        var sort = query("sort") ?? "";
        return new AppsFilter
        {
            Text = query("q") ?? "",
            Statuses = QueryWords.Members<AppStatus>(query("status")),
            Teams = QueryWords.Names(query("teams")),
            Hosts = QueryWords.Names(query("hosts")),
            Sort = QueryWords.Member<AppSort>(sort.TrimStart('-')) ?? AppSort.Name,
            Descending = sort.StartsWith('-'),
        };
    }

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("q", Text),
        ("status", QueryWords.Write(Statuses)),
        ("teams", QueryWords.Write(Teams)),
        ("hosts", QueryWords.Write(Hosts)),
        ("sort", Sort == AppSort.Name && !Descending ? null : (Descending ? "-" : "") + QueryWords.Write(Sort)),
    ];

    public bool Equals(AppsFilter? other) => other is not null && Write().SequenceEqual(other.Write());

    public override int GetHashCode() => HashCode.Combine(Text, Statuses.Count, Teams.Count, Hosts.Count, Sort, Descending);

    /// <summary>Sorts by another column (of what is used, the highest first), or turns the order of the present one.</summary>
    public AppsFilter SortBy(AppSort sort) => this with { Sort = sort, Descending = sort == Sort ? !Descending : sort is AppSort.Cpu or AppSort.Memory };

    /// <summary>Everything, in the same order.</summary>
    public AppsFilter Cleared() => new() { Sort = Sort, Descending = Descending };

    /// <summary>Adds a facet's value, or takes it away.</summary>
    public AppsFilter Toggle(string facet, string value) => facet switch
    {
        "status" when Enum.TryParse<AppStatus>(value, out var status) => this with { Statuses = QueryWords.Toggled(Statuses, status) },
        "teams" => this with { Teams = QueryWords.Toggled(Teams, value) },
        "hosts" => this with { Hosts = QueryWords.Toggled(Hosts, value) },
        _ => this,
    };
}
