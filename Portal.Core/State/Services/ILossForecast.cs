using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Core.State.Services;

/// <summary>What if a host were lost: which apps would then not fit. Worked out beside whoever looks, by the scheduler itself, whenever the cluster has changed.</summary>
public interface ILossForecast
{
    /// <summary>What was worked out last; if the cluster has changed since, that is worked out anew meanwhile.</summary>
    LossForecast Look();
}

/// <summary>For each host what its loss would do.</summary>
/// <param name="At">As of when; null while nothing was worked out yet.</param>
/// <param name="Hosts">By host.</param>
public sealed record LossForecast(DateTimeOffset? At, ImmutableDictionary<HostId, HostLoss> Hosts)
{
    /// <summary>Nothing is known yet.</summary>
    public static LossForecast None { get; } = new(null, ImmutableDictionary<HostId, HostLoss>.Empty);

    /// <summary>What the loss of a host would do to apps that the actor may see; null while that is not known.</summary>
    /// <param name="host">The host.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="snapshot">What that actor sees.</param>
    public HostLoss? Of(HostId host, Actor actor, LiveSnapshot snapshot)
    {
        if (!Hosts.TryGetValue(host, out var loss) || actor.IsAdministrator)
        {
            return Hosts.GetValueOrDefault(host);
        }
        var teams = snapshot.Apps.Values.Select(a => a.Team).ToHashSet(StringComparer.Ordinal);
        return loss with { Apps = [.. loss.Apps.Where(a => teams.Contains(a.Team))] };
    }
}

/// <summary>What the loss of one host would do.</summary>
/// <param name="Moving">How many instances would move.</param>
/// <param name="Apps">Apps of which instances would not run elsewhere, by team and name.</param>
public sealed record HostLoss(int Moving, ImmutableArray<LostApp> Apps)
{
    /// <summary>Those of which instances would fit nowhere.</summary>
    public ImmutableArray<LostApp> Unfit => [.. Apps.Where(a => a.Unfit > 0)];
}

/// <summary>An app of which instances would not run elsewhere.</summary>
/// <param name="Team">Its team.</param>
/// <param name="App">Its name.</param>
/// <param name="Unfit">How many would fit nowhere.</param>
/// <param name="Waiting">How many would wait for the host, for their data is there.</param>
/// <param name="Sentence">Of the first of them, why, and what would help.</param>
public sealed record LostApp(string Team, string App, int Unfit, int Waiting, string Sentence);
