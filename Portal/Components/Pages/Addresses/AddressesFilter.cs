using System.Collections.Immutable;
using Portal.Components.Pages.Common;

namespace Portal.Components.Pages.Addresses;

/// <summary>How the catalog is laid out.</summary>
public enum AddressesView
{
    List,
    Graph,
}

/// <summary>What the page of addresses shows: all that its URL says.</summary>
public sealed record AddressesFilter
{
    public string Text { get; init; } = "";
    public ImmutableSortedSet<string> States { get; init; } = [];
    public ImmutableSortedSet<string> Teams { get; init; } = [];
    public ImmutableSortedSet<string> Origins { get; init; } = [];
    public AddressesView View { get; init; }
    /// <summary>The service whose drawer is open, as <c>team/name</c>.</summary>
    public string? Service { get; init; }

    public static AddressesFilter Read(Func<string, string?> query) => new()
    {
        Text = query("q") ?? "",
        States = QueryWords.Names(query("state")),
        Teams = QueryWords.Names(query("teams")),
        Origins = QueryWords.Names(query("from")),
        View = QueryWords.Member<AddressesView>(query("view")) ?? AddressesView.List,
        Service = query("service") is { Length: > 0 } service ? service : null,
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("q", Text), ("state", QueryWords.Write(States)), ("teams", QueryWords.Write(Teams)), ("from", QueryWords.Write(Origins)),
        ("view", View == AddressesView.List ? null : QueryWords.Write(View)), ("service", Service),
    ];

    public bool Equals(AddressesFilter? other) => other is not null && Write().SequenceEqual(other.Write());

    public override int GetHashCode() => HashCode.Combine(Text, States.Count, Teams.Count, Origins.Count, View, Service);

    /// <summary>Every service, laid out the same.</summary>
    public AddressesFilter Cleared() => new() { View = View };

    public AddressesFilter Toggle(string facet, string value) => facet switch
    {
        "state" => this with { States = QueryWords.Toggled(States, value) },
        "teams" => this with { Teams = QueryWords.Toggled(Teams, value) },
        "from" => this with { Origins = QueryWords.Toggled(Origins, value) },
        _ => this,
    };
}
