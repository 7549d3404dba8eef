using System.Collections.Immutable;
using Portal.Components.Pages.Common;

namespace Portal.Components.Pages.Hosts;

/// <summary>How the hosts are laid out.</summary>
public enum HostsLayout
{
    Table,
    Tiles,
}

/// <summary>What the page of hosts shows: all that its URL says.</summary>
public sealed record HostsFilter
{
    public string Text { get; init; } = "";
    public ImmutableSortedSet<string> States { get; init; } = [];
    public HostsLayout Layout { get; init; }

    public static HostsFilter Read(Func<string, string?> query) => new()
    {
        Text = query("q") ?? "",
        States = QueryWords.Names(query("state")),
        Layout = QueryWords.Member<HostsLayout>(query("view")) ?? HostsLayout.Table,
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("q", Text),
        ("state", QueryWords.Write(States)),
        ("view", Layout == HostsLayout.Table ? null : QueryWords.Write(Layout)),
    ];

    public bool Equals(HostsFilter? other) => other is not null && Write().SequenceEqual(other.Write());

    public override int GetHashCode() => HashCode.Combine(Text, States.Count, Layout);

    /// <summary>Every host, laid out the same.</summary>
    public HostsFilter Cleared() => new() { Layout = Layout };

    public HostsFilter Toggle(string state) => this with { States = QueryWords.Toggled(States, state) };
}
