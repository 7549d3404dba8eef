using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Events;

/// <summary>Which events are shown: all that the page's URL says. Team and host are the frame's scope.</summary>
public sealed record EventsFilter
{
    public string Text { get; init; } = "";
    /// <summary>At least so severe.</summary>
    public Severity Least { get; init; }
    /// <summary>Keys of topics; none is all.</summary>
    public ImmutableSortedSet<string> Topics { get; init; } = [];
    /// <summary>Only of apps of that name.</summary>
    public string? App { get; init; }
    /// <summary>How far back from now; null where it is not bounded so.</summary>
    public TimeSpan? Back { get; init; }
    /// <summary>From then on; null where it is not bounded so.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Before then; null for until now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The ranges that are offered, with their words in the query string.</summary>
    public static ImmutableArray<(string Word, string Title, TimeSpan Span)> Ranges { get; } =
        [("15m", "15 min", TimeSpan.FromMinutes(15)), ("1h", "1 h", TimeSpan.FromHours(1)), ("24h", "24 h", TimeSpan.FromHours(24)), ("7d", "7 days", TimeSpan.FromDays(7))];

    public static EventsFilter Read(Func<string, string?> query) => new()
    {
        Text = query("q") ?? "",
        Least = QueryWords.Member<Severity>(query("severity")) ?? Severity.Info,
        Topics = [.. QueryWords.Names(query("about")).Where(t => EventTopic.All.Any(k => k.Key == t))],
        App = query("app") is { Length: > 0 } app ? app : null,
        Back = Ranges.FirstOrDefault(r => r.Word == query("range")) is { Word: not null } range ? range.Span : null,
        From = Time(query("from")),
        To = Time(query("to")),
    };

    /// <summary>The values that <see cref="Read"/> reads; null removes one.</summary>
    public (string Name, string? Value)[] Write() =>
    [
        ("severity", Least == Severity.Info ? null : QueryWords.Write(Least)), ("q", Text), ("about", QueryWords.Write(Topics)), ("app", App),
        ("range", Ranges.FirstOrDefault(r => r.Span == Back).Word), ("from", Word(From)), ("to", Word(To)),
    ];

    public bool IsAll => this == new EventsFilter();

    public bool Equals(EventsFilter? other) => other is not null && Write().SequenceEqual(other.Write());

    public override int GetHashCode() => HashCode.Combine(Text, Least, Topics.Count, App, Back, From, To);

    /// <summary>The question that it is to the store.</summary>
    public EventQuery Ask(EventQuery within, DateTimeOffset now) => within with
    {
        App = within.App ?? App,
        Severity = Least == Severity.Info ? null : Least,
        Kind = Topics.IsEmpty ? null : string.Join(',', EventTopic.All.Where(t => Topics.Contains(t.Key)).SelectMany(t => t.Kinds)),
        Text = Text.Length == 0 ? null : Text,
        From = Back is { } back ? now - back : From,
        To = Back is null ? To : null,
    };

    /// <summary>Whether an event that came by itself belongs to it.</summary>
    public bool Fits(EventView e, DateTimeOffset now) =>
        e.Severity >= Least && (Topics.IsEmpty || EventTopic.All.Any(t => Topics.Contains(t.Key) && t.Has(e.Kind))) && (App is null || e.App == App)
        && (Text.Length == 0 || Has(e.Message) || Has(e.Kind) || Has(e.App) || Has(e.Host))
        && (Back is { } back ? e.At >= now - back : (From is null || e.At >= From) && (To is null || e.At < To));

    /// <summary>Where the API gives the same.</summary>
    public string Download(string format, EventQuery within, DateTimeOffset now)
    {
        var ask = Ask(within, now);
        return QueryHelpers.AddQueryString("/api/v1/events/download", new Dictionary<string, string?>
        {
            ["format"] = format, ["team"] = ask.Team, ["app"] = ask.App, ["host"] = ask.Host, ["severity"] = ask.Severity?.ToString(), ["kind"] = ask.Kind, ["q"] = ask.Text, ["from"] = Word(ask.From), ["to"] = Word(ask.To),
        }.Where(v => v.Value is not null));
    }

    private bool Has(string? text) => text?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string? Word(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
