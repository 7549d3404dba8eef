using Microsoft.AspNetCore.WebUtilities;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Logs;

/// <summary>Which lines of an app's log are shown, and how: all that the page's URL says.</summary>
public sealed record LogPlace
{
    /// <summary>Lines of each instance that are shown where no time is said.</summary>
    public const int Tail = 1000;
    /// <summary>As <see cref="Since"/>: from the beginning.</summary>
    public const string Everything = "all";
    private static readonly string[] Zones = ["local", "utc", "off"];

    /// <summary>Only of that instance.</summary>
    public InstanceId? Instance { get; init; }
    /// <summary>Only of that container of each; null for the main one.</summary>
    public string? Container { get; init; }
    /// <summary>From when on: a duration that ends now, a time, or <see cref="Everything"/>; empty for the last lines.</summary>
    public string Since { get; init; } = "";
    /// <summary>Up to when: a time; empty to go on with what comes.</summary>
    public string Until { get; init; } = "";
    /// <summary>Only lines that contain it.</summary>
    public string Text { get; init; } = "";
    /// <summary>What was kept of ended instances too.</summary>
    public bool Ended { get; init; } = true;
    /// <summary>Whether long lines are broken.</summary>
    public bool Wrap { get; init; }
    /// <summary>As what times are shown: <c>local</c>, <c>utc</c> or <c>off</c>.</summary>
    public string Zone { get; init; } = Zones[0];

    public bool Follows => Until.Length == 0;

    public static LogPlace Read(Func<string, string?> query) => new()
    {
        Instance = Guid.TryParse(query("instance"), out var id) ? new InstanceId(id) : null,
        Container = query("container"),
        Since = query("since") ?? "",
        Until = query("until") ?? "",
        Text = query("q") ?? "",
        Ended = query("ended") != "false",
        Wrap = query("wrap") == "true",
        Zone = Zones.Contains(query("times")) ? query("times")! : Zones[0],
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("instance", Instance?.ToString()),
        ("container", Container),
        ("since", Since),
        ("until", Until),
        ("q", Text),
        ("ended", Ended ? null : "false"),
        ("wrap", Wrap ? "true" : null),
        ("times", Zone == Zones[0] ? null : Zone),
    ];

    /// <summary>Where the page's script reads the lines.</summary>
    /// <param name="team">The app's team.</param>
    /// <param name="app">The app.</param>
    /// <param name="isOver">Whether nothing more comes.</param>
    public string SourceOf(string team, string app, bool isOver = false) => AddressOf(team, app, ("markers", "true"), ("follow", Follows && !isOver ? "true" : null), ("tail", Since.Length == 0 && Until.Length == 0 ? $"{Tail}" : null));

    /// <summary>Where a browser downloads them: all, not only the last.</summary>
    public string DownloadOf(string team, string app) => AddressOf(team, app, ("format", "text"));

    private string AddressOf(string team, string app, params IEnumerable<(string Name, string? Value)> more) => QueryHelpers.AddQueryString(
        $"/api/v1/teams/{Uri.EscapeDataString(team)}/apps/{Uri.EscapeDataString(app)}/logs",
        more.Concat(new (string Name, string? Value)[] { ("instance", Instance?.ToString()), ("container", Container), ("since", Since == Everything ? null : Since), ("until", Until), ("q", Text), ("ended", Ended && Instance is null ? "true" : null) })
            .Where(v => !string.IsNullOrEmpty(v.Value)).Select(v => KeyValuePair.Create(v.Name, v.Value)));
}
