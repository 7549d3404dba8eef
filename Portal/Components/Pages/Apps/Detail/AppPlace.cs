using System.Globalization;
using Portal.Components.Pages.Common;
using Portal.Components.Pages.Usage;
using Portal.Components.Pages.Events;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>The tabs of an app's page.</summary>
public enum AppTab
{
    Overview,
    /// <summary>Only of jobs.</summary>
    Runs,
    Instances,
    Deploys,
    Logs,
    Metrics,
    Config,
    Data,
    Events,
}

/// <summary>What the page of an app shows: all that its URL says.</summary>
public sealed record AppPlace
{
    public AppTab Tab { get; init; }
    /// <summary>The instance whose drawer is open.</summary>
    public InstanceId? Instance { get; init; }
    /// <summary>The run whose drawer is open.</summary>
    public int? Run { get; init; }
    /// <summary>Whether the instances that ended are listed instead of the live ones.</summary>
    public bool Ended { get; init; }
    /// <summary>The first of two revisions that are compared.</summary>
    public int? CompareA { get; init; }
    /// <summary>The other one.</summary>
    public int? CompareB { get; init; }
    /// <summary>Which events are listed, on their tab.</summary>
    public EventsFilter Events { get; init; } = new();
    /// <summary>The time of its metrics.</summary>
    public TimeChoice Time { get; init; } = new();
    /// <summary>Whether metrics are a line for each instance, instead of their sum.</summary>
    public bool PerInstance { get; init; }

    public static AppPlace Read(Func<string, string?> query) => new()
    {
        Tab = QueryWords.Member<AppTab>(query("tab")) ?? AppTab.Overview,
        Instance = Guid.TryParse(query("instance"), out var id) ? new InstanceId(id) : null,
        Run = Number(query("run")),
        Ended = query("ended") == "true",
        CompareA = Number(query("a")),
        CompareB = Number(query("b")),
        Events = QueryWords.Member<AppTab>(query("tab")) == AppTab.Events ? EventsFilter.Read(name => name == "app" ? null : query(name)) : new EventsFilter(),
        Time = TimeChoice.Read(query),
        PerInstance = query("lines") == "instance",
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("tab", Tab == AppTab.Overview ? null : QueryWords.Write(Tab)),
        ("instance", Instance?.ToString()),
        ("run", Run?.ToString(CultureInfo.InvariantCulture)),
        ("ended", Ended ? "true" : null),
        ("a", CompareA?.ToString(CultureInfo.InvariantCulture)),
        ("b", CompareB?.ToString(CultureInfo.InvariantCulture)),
        // The events' times and those of the metrics have the same names.
        .. Tab == AppTab.Events ? Events.Write().Where(v => v.Name != "app") : [("severity", null), ("q", null), ("about", null), .. Time.Write()],
        ("lines", PerInstance ? "instance" : null),
    ];

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
