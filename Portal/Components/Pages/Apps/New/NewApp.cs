using Portal.Components.Controls;
using Portal.Components.Pages.Apps.Drafts;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Apps.New;

/// <summary>What a new app's form needs beside its spec.</summary>
public static class NewApp
{
    /// <summary>Every fault of the draft at once.</summary>
    public static FaultSet Check(AppDraft draft)
    {
        var faults = new List<Fault>();
        if (draft.Name.Trim().Length == 0)
        {
            faults.Add(new("name", "Give the app a name: lower-case letters, digits and dashes."));
        }
        else if (NameRules.CheckDnsLabel(draft.Name.Trim()) is { } fault)
        {
            faults.Add(new("name", fault));
        }
        if (draft.Team.Length == 0)
        {
            faults.Add(new("team", "Say which team it belongs to."));
        }
        faults.AddRange(draft.Spec.Faults);
        return faults.Count == 0 ? FaultSet.None : FaultSet.Of("", faults);
    }
}
