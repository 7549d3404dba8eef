using Portal.Components.Pages.Common;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>The tabs of an app's page.</summary>
public enum AppTab
{
    Overview,
    Instances,
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
    /// <summary>Whether the instances that ended are listed instead of the live ones.</summary>
    public bool Ended { get; init; }
    /// <summary>Events at least so severe.</summary>
    public Severity Severity { get; init; }
    /// <summary>Events whose message contains this.</summary>
    public string Text { get; init; } = "";

    public static AppPlace Read(Func<string, string?> query) => new()
    {
        Tab = QueryWords.Member<AppTab>(query("tab")) ?? AppTab.Overview,
        Instance = Guid.TryParse(query("instance"), out var id) ? new InstanceId(id) : null,
        Ended = query("ended") == "true",
        Severity = QueryWords.Member<Severity>(query("severity")) ?? Severity.Info,
        Text = query("q") ?? "",
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("tab", Tab == AppTab.Overview ? null : QueryWords.Write(Tab)),
        ("instance", Instance?.ToString()),
        ("ended", Ended ? "true" : null),
        ("severity", Severity == Severity.Info ? null : QueryWords.Write(Severity)),
        ("q", Text),
    ];
}
