using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>All that placement looks at, at one moment. Immutable.</summary>
/// <param name="Hosts">The hosts, ordered by id.</param>
public sealed record ClusterSnapshot(ImmutableArray<HostSnapshot> Hosts);

/// <summary>One host as placement sees it.</summary>
public sealed record HostSnapshot
{
    /// <summary>Its id.</summary>
    public required HostId Id { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>What users want of it.</summary>
    public Availability Availability { get; init; } = Availability.Active;
    /// <summary>What was observed of it.</summary>
    public Reachability Reachability { get; init; } = Reachability.Reachable;
    /// <summary>User-given labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>As <c>linux</c>.</summary>
    public string Os { get; init; } = "linux";
    /// <summary>As <c>amd64</c>.</summary>
    public string Architecture { get; init; } = "amd64";
    /// <summary>What the machine has.</summary>
    public Resources Capacity { get; init; }
    /// <summary>What its instances have set aside.</summary>
    public Resources Reserved { get; init; }
    /// <summary>Fixed host ports taken by its instances, as <c>tcp/80</c>.</summary>
    public ImmutableHashSet<string> HostPorts { get; init; } = [];
    /// <summary>How many live instances each app has here.</summary>
    public ImmutableDictionary<AppId, int> Apps { get; init; } = ImmutableDictionary<AppId, int>.Empty;
    /// <summary>How many live instances there are in all.</summary>
    public int Instances { get; init; }
    /// <summary>References of the images that are already there.</summary>
    public ImmutableHashSet<string> Images { get; init; } = [];
}

/// <summary>One instance that wants a host.</summary>
public sealed record PlacementRequest
{
    /// <summary>The instance.</summary>
    public required InstanceId Instance { get; init; }
    /// <summary>Its app.</summary>
    public required AppId App { get; init; }
    /// <summary>Its slot; ties break by it.</summary>
    public required int Slot { get; init; }
    /// <summary>The spec of its revision; requests that share the object share their class.</summary>
    public required AppSpec Spec { get; init; }
    /// <summary>The only host it may go to (its volume lies there, or it is a global app's), with why in words; null for any.</summary>
    public Pin? Pin { get; init; }
    /// <summary>Hosts to stay away from for now, with why in words (a crash loop, engine trouble).</summary>
    public ImmutableDictionary<HostId, string> Avoid { get; init; } = ImmutableDictionary<HostId, string>.Empty;
    /// <summary>A host where a predecessor stops first: the fixed ports it holds, its place under <c>maxPerHost</c> and <see cref="Freed"/> count as free there; null for none.</summary>
    public HostId? Replaces { get; init; }
    /// <summary>What that predecessor has set aside on <see cref="Replaces"/>; meaningless without it.</summary>
    public Resources Freed { get; init; }
    /// <summary>The host of a predecessor that leaves once this instance is ready (start first): only spreading leaves it out of its counts, so that a
    /// rollout stays even; null for none. With <see cref="Replaces"/> it need not be set.</summary>
    public HostId? Predecessor { get; init; }
}

/// <summary>The only host that will do.</summary>
/// <param name="Host">The host.</param>
/// <param name="Why">In words, as <c>its volume data is there</c>.</param>
public sealed record Pin(HostId Host, string Why);

/// <summary>What one host had to say to one class of request.</summary>
/// <param name="Host">The host.</param>
/// <param name="HostName">Its name at that time.</param>
/// <param name="RefusedBy">The filter that refused it; null if it fits.</param>
/// <param name="Reason">Why, in words for a person; empty if it fits.</param>
/// <param name="Score">The total; 0 if refused.</param>
/// <param name="Scores">Each scorer's part.</param>
public sealed record HostVerdict(HostId Host, string HostName, string? RefusedBy, string Reason, double Score, ImmutableArray<ScorerVerdict> Scores);

/// <summary>One scorer's part of a score.</summary>
/// <param name="Scorer">Its name.</param>
/// <param name="Score">0 to 1, before the weight.</param>
/// <param name="Weight">Its weight.</param>
public sealed record ScorerVerdict(string Scorer, double Score, double Weight);

/// <summary>The verdicts that a group of placements of one class share.</summary>
/// <param name="Summary">One sentence, as <c>3 of 4 hosts fit; b has the fewest instances of the app</c> or <c>0 of 3 hosts fit: 2 lack memory (256M needed, 100M free on b), 1 has zone=b, wanted a</c>.</param>
/// <param name="Hosts">Each host's verdict: those that fit, best first, then those that refused, by id. In a big cluster the rest of either kind is left out.</param>
public sealed record Verdicts(string Summary, ImmutableArray<HostVerdict> Hosts)
{
    /// <summary>All hosts that refused, grouped by reason, most first; also those left out of <see cref="Hosts"/>.</summary>
    public ImmutableArray<RefusalGroup> Refusals { get; init; } = [];
    /// <summary>How many hosts were left out of <see cref="Hosts"/>; the summary says so too.</summary>
    public int LeftOut { get; init; }
    /// <summary>Where no host fits: what would make one fit, each in words that follow "it would fit", the easiest first.</summary>
    public ImmutableArray<string> Remedies { get => field.IsDefault ? [] : field; init; } = [];
    /// <summary>The summary, and where no host fits what would help.</summary>
    [JsonIgnore]
    public string Why => Remedies.IsEmpty ? Summary : $"{Summary}; it would fit {string.Join(", or ", Remedies.Take(2))}";
}

/// <summary>Hosts that refused for the same reason.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="Hosts">How many.</param>
/// <param name="Reason">What follows their number in a sentence, as <c>lack memory (256M needed, 100M free on b)</c>.</param>
public sealed record RefusalGroup(string Filter, int Hosts, string Reason);

/// <summary>A decision that an instance goes to a host.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Host">The host.</param>
/// <param name="Reason">Why here, in one sentence.</param>
/// <param name="Verdicts">Shared by the placements of one class in one batch (same object).</param>
public sealed record Placement(InstanceId Instance, HostId Host, string Reason, Verdicts Verdicts);

/// <summary>An instance that fits nowhere.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="Verdicts">Shared by the requests of one class in one batch (same object).</param>
public sealed record Unplaced(InstanceId Instance, string Reason, Verdicts Verdicts);

/// <summary>The scheduler's answer to a batch.</summary>
/// <param name="Placed">What goes where.</param>
/// <param name="Unplaced">What fits nowhere.</param>
public sealed record PlacementResult(ImmutableArray<Placement> Placed, ImmutableArray<Unplaced> Unplaced);
