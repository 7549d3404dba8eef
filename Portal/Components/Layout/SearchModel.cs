using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Components.Layout;

/// <summary>One thing that the search can go to.</summary>
/// <param name="Kind">The group it stands in: <c>Apps</c>, <c>Hosts</c>, <c>Services</c>, <c>Instances</c>, <c>Actions</c>.</param>
/// <param name="Icon">Its symbol.</param>
/// <param name="Title">What is matched.</param>
/// <param name="More">What tells it from others of its name.</param>
/// <param name="Href">Where it leads.</param>
internal sealed record SearchHit(string Kind, string Icon, string Title, string More, string Href);

/// <summary>Finds apps, hosts, services, instances and actions by a few letters.</summary>
internal sealed class SearchModel(LiveSnapshot snapshot, Actor actor)
{
    private const int MostOfKind = 8;

    /// <summary>Until it is opened for the first time nothing is looked for.</summary>
    public static SearchModel Closed => new(new LiveSnapshot(), Actor.System) { Hits = [] };

    /// <summary>The chosen hit, counted over all groups.</summary>
    public int Chosen { get; private set; }

    public string Text { get; private set; } = "";

    public ImmutableArray<SearchHit> Hits { get; private set; } = Find(snapshot, actor, "");

    public SearchHit? ChosenHit => Chosen < Hits.Length ? Hits[Chosen] : null;

    public void Ask(string text)
    {
        Text = text.Trim();
        Hits = Find(snapshot, actor, Text);
        Chosen = 0;
    }

    /// <summary>Moves the choice; it stops at both ends.</summary>
    public void Move(int by) => Chosen = Math.Clamp(Chosen + by, 0, Math.Max(0, Hits.Length - 1));

    private static ImmutableArray<SearchHit> Find(LiveSnapshot snapshot, Actor actor, string text)
    {
        var apps = snapshot.Apps.Values.Select(a =>
            new SearchHit("Apps", "apps", a.Name, $"{a.Team} · {a.Status}", $"/apps/{a.Team}/{a.Name}"));
        var hosts = snapshot.Hosts.Values.Select(h =>
            new SearchHit("Hosts", "hosts", h.Name, h.State, $"/hosts/{h.Name}"));
        return
        [
            .. Best(apps, text), .. Best(hosts, text),
            .. text.Length == 0 ? [] : Best(Services(snapshot), text),
            .. text.Length == 0 ? [] : Best(Instances(snapshot), text),
            .. Best(Actions(actor), text),
        ];
    }

    private static IEnumerable<SearchHit> Services(LiveSnapshot snapshot) => snapshot.Services.Select(s => new SearchHit("Services", "addresses", s.Name,
        $"{s.Team} · {(s.App is null ? "from outside" : $"of {s.App}")} · {s.Endpoints.Count(e => e.Ready)} of {s.Endpoints.Length} ready", $"/addresses?service={s.Team}/{s.Name}"));

    private static IEnumerable<SearchHit> Instances(LiveSnapshot snapshot) =>
        from pair in snapshot.Instances
        where snapshot.Apps.ContainsKey(pair.Key)
        let app = snapshot.Apps[pair.Key]
        from instance in pair.Value
        select new SearchHit("Instances", "instance", $"{app.Name} {instance.Slot}", $"{instance.Host ?? "unplaced"} · {instance.State}",
            $"/apps/{app.Team}/{app.Name}?tab=instances&instance={instance.Id}");

    private static IEnumerable<SearchHit> Actions(Actor actor)
    {
        yield return new("Actions", "plus", "New app", "", "/apps/new");
        if (actor.IsAdministrator)
        {
            yield return new("Actions", "plus", "Add host", "", "/hosts/add");
        }

        yield return new("Actions", "overview", "Go to Overview", "", "/");
        yield return new("Actions", "apps", "Go to Apps", "", "/apps");
        yield return new("Actions", "deploys", "Go to Deploys", "", "/deploys");
        yield return new("Actions", "addresses", "Go to Addresses", "", "/addresses");
        yield return new("Actions", "hosts", "Go to Hosts", "", "/hosts");
        yield return new("Actions", "metrics", "Go to Metrics", "", "/usage");
        yield return new("Actions", "logs", "Go to Logs", "", "/logs");
        yield return new("Actions", "events", "Go to Events", "", "/events");
        yield return new("Actions", "events", "Go to Incident view", "", "/incident");
        yield return new("Actions", "bell", "Go to Alerts", "", "/alerts");
        yield return new("Actions", "key", "Settings: tokens", "", "/settings?tab=tokens");
        yield return new("Actions", "team", "Settings: teams", "", "/settings?tab=teams");
        if (actor.IsAdministrator)
        {
            yield return new("Actions", "user", "Settings: users", "", "/settings?tab=users");
        }
    }

    private static IEnumerable<SearchHit> Best(IEnumerable<SearchHit> hits, string text) => hits
        .Select(h => (Hit: h, Rank: Rank(h.Title, text)))
        .Where(h => h.Rank is not null)
        .OrderBy(h => h.Rank).ThenBy(h => text.Length == 0 && h.Hit.Kind == "Actions" ? "" : h.Hit.Title, StringComparer.OrdinalIgnoreCase)
        .ThenBy(h => h.Hit.More, StringComparer.Ordinal)
        .Take(MostOfKind).Select(h => h.Hit);

    /// <summary>Smaller is better: the whole, a beginning, a word's beginning, anywhere, the letters in order; null is no match.</summary>
    internal static int? Rank(string title, string text)
    {
        if (text.Length == 0)
        {
            return 3;
        }

        var at = title.IndexOf(text, StringComparison.OrdinalIgnoreCase);
        return at switch
        {
            0 => title.Length == text.Length ? 0 : 1,
            > 0 => char.IsLetterOrDigit(title[at - 1]) ? 3 : 2,
            _ => HasInOrder(title, text) ? 4 : null,
        };
    }

    private static bool HasInOrder(string title, string text)
    {
        var next = 0;
        foreach (var letter in title)
        {
            next += next < text.Length && char.ToUpperInvariant(letter) == char.ToUpperInvariant(text[next]) ? 1 : 0;
        }

        return next == text.Length;
    }
}
