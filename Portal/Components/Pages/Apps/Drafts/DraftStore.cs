using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>The drafts of one circuit: they outlive their page, until they are applied or thrown away.</summary>
public sealed class DraftStore
{
    private readonly Dictionary<string, AppDraft> _drafts = [];

    /// <summary>The draft of a new app.</summary>
    public AppDraft New() => Get("", () => new AppDraft(SpecDraft.New(), 0));

    /// <summary>The draft of a change. One that nobody edited follows the app.</summary>
    public AppDraft Of(AppView app)
    {
        var key = $"{app.Team}/{app.Name}";
        if (_drafts.TryGetValue(key, out var known) && (known.Spec.IsEdited || known.Generation == app.Generation))
        {
            return known;
        }
        return _drafts[key] = Fresh(app);
    }

    /// <summary>Throws the draft of a change away.</summary>
    public AppDraft Reset(AppView app) => _drafts[$"{app.Team}/{app.Name}"] = Fresh(app);

    /// <summary>Throws the draft of the new app away.</summary>
    public void ResetNew() => _drafts.Remove("");

    private static AppDraft Fresh(AppView app) =>
        new(SpecDraft.Of(app.Spec, app.Spec.Kind == Core.Domain.AppKind.Service ? app.Replicas : null), app.Generation);

    private AppDraft Get(string key, Func<AppDraft> make) => _drafts.TryGetValue(key, out var known) ? known : _drafts[key] = make();
}

/// <summary>A draft with what it was begun from.</summary>
/// <param name="spec">The draft.</param>
/// <param name="generation">The app's generation when it was begun; 0 for a new app.</param>
public sealed class AppDraft(SpecDraft spec, long generation)
{
    public SpecDraft Spec { get; } = spec;
    public long Generation { get; } = generation;
    /// <summary>Name of a new app.</summary>
    public string Name { get; set; } = "";
    /// <summary>Team of a new app.</summary>
    public string Team { get; set; } = "";
    /// <summary>Why, for the revision.</summary>
    public string Message { get; set; } = "";
}
