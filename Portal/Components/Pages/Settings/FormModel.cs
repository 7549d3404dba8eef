using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Settings;

/// <summary>What every form here shares: one attempt at a time, and what it was told.</summary>
public abstract class FormModel
{
    /// <summary>Faults of the last attempt, at their fields.</summary>
    public FaultSet Faults { get; protected set; } = FaultSet.None;

    /// <summary>Forgets them, for the form was opened anew.</summary>
    public void ClearFaults() => Faults = FaultSet.None;

    /// <summary>Runs a change; what it throws becomes faults.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> TryAsync(Func<Task> change)
    {
        Faults = FaultSet.None;
        try
        {
            await change();
            return true;
        }
        catch (Exception e) when (e is RefusedException || Refusals.IsStoreAway(e))
        {
            Faults = FaultSet.Of(e);
            return false;
        }
    }

    /// <summary>Refuses what cannot even be sent.</summary>
    protected bool Refuse(IEnumerable<Fault> faults)
    {
        ImmutableArray<Fault> all = [.. faults];
        Faults = FaultSet.Of("", all);
        return !all.IsEmpty;
    }
}
