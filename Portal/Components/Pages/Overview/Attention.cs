using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Apps;
using Portal.Components.Pages.Common;
using Portal.Components.Pages.Hosts;
using Portal.Components.Pages.Incident;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Overview;

/// <summary>Something that needs a person, one click from its cause.</summary>
/// <param name="Severity">How much.</param>
/// <param name="What">The app or host.</param>
/// <param name="State">Its state, as a word.</param>
/// <param name="Sentence">Why.</param>
/// <param name="Href">Where the cause is shown.</param>
/// <param name="Since">Since when, where known.</param>
public sealed record Attention(Severity Severity, string What, string State, string Sentence, string Href, DateTimeOffset? Since)
{
    /// <summary>Where everything else that happened when it began is shown; null where that is not known.</summary>
    public string? Moment { get; init; }

    private static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(21);
    private static readonly TimeSpan RolloutMatters = TimeSpan.FromDays(1);

    /// <summary>All of it, the worst first. No two lead to the same place.</summary>
    public static ImmutableArray<Attention> ListOf(LiveSnapshot snapshot, DateTimeOffset now) => Sort(
        snapshot.Apps.Values.SelectMany(a => OfAppAndRollout(a, now))
            .Concat(snapshot.Hosts.Values.Select(h => OfHost(new HostRow { Host = h, Instances = [] }, now))).OfType<Attention>());

    /// <summary>The worst first.</summary>
    public static ImmutableArray<Attention> Sort(IEnumerable<Attention> items) =>
        [.. items.OrderByDescending(a => a.Severity).ThenByDescending(a => a.Since ?? DateTimeOffset.MinValue).ThenBy(a => a.What, StringComparer.Ordinal)];

    /// <summary>An app that failed because its rollout did is told once.</summary>
    private static IEnumerable<Attention?> OfAppAndRollout(AppView app, DateTimeOffset now)
    {
        var rollout = OfRollout(app, now);
        return rollout is not null && app.Status == AppStatus.Failed ? [rollout] : [OfApp(app), rollout];
    }

    private static Attention? OfApp(AppView app)
    {
        Severity? severity = app.Status switch
        {
            AppStatus.Failed => Severity.Error,
            AppStatus.Degraded or AppStatus.Pending or AppStatus.Unknown => app.Healthy == 0 ? Severity.Error : Severity.Warning,
            _ => null,
        };
        return severity is null || app.Deleting ? null
            : new Attention(severity.Value, $"{app.Team}/{app.Name}", app.Status.ToString(), AppSentence.Of(app), $"{AppEndpoint.PageOf(app)}?tab=instances", null);
    }

    /// <summary>A rollout that went wrong lately, as long as the app had none since.</summary>
    private static Attention? OfRollout(AppView app, DateTimeOffset now)
    {
        if (app.Deleting || RolloutWords.LastOf(app) is not { Status: RolloutStatus.Failed or RolloutStatus.RolledBack, EndedAt: { } ended } rollout || now - ended > RolloutMatters)
        {
            return null;
        }
        var failed = rollout.Status == RolloutStatus.Failed;
        return new Attention(failed ? Severity.Error : Severity.Warning, $"{app.Team}/{app.Name}", failed ? "Rollout failed" : "Rolled back",
            RolloutWords.Sentence(rollout), $"{AppEndpoint.PageOf(app)}?tab=deploys", ended)
        {
            Moment = Incidents.Href(new ChartRange(rollout.StartedAt, ended), app.Team, app.Name),
        };
    }

    private static Attention? OfHost(HostRow row, DateTimeOffset now)
    {
        var host = row.Host;
        Attention Item(Severity severity, string state, string sentence, DateTimeOffset? since = null) =>
            new(severity, host.Name, state, sentence, row.Href, since) { Moment = since is { } at ? Incidents.Href(at, host: host.Name) : null };

        if (host.Reachability == Reachability.Unreachable)
        {
            return Item(Severity.Error, "Unreachable", Words.Or(host.Reason, "Its engine does not answer.") + LastSeen(host, now), host.Since);
        }
        if (host.Reachability is Reachability.Suspect)
        {
            return Item(Severity.Warning, "Suspect", Words.Or(host.Reason, "Its engine failed to answer lately.") + LastSeen(host, now), host.Since);
        }
        if (host.CertificateExpiresAt is { } expiry && expiry - now < ExpiryWarning)
        {
            return Item(expiry <= now ? Severity.Error : Severity.Warning, "Certificate",
                expiry <= now ? "Its client certificate has expired." : $"Its client certificate expires in {Words.Span(expiry - now)}.", null);
        }
        return row.IsFull && host.Availability == Availability.Active ? Item(Severity.Warning, "Full", Fullness(row)) : null;
    }

    private static string LastSeen(HostView host, DateTimeOffset now) => host.LastSeenAt is { } at ? $" Last seen {Words.Ago(at, now)}." : " Never seen.";

    private static string Fullness(HostRow row) => row.CpuShare >= row.MemoryShare
        ? $"{row.CpuShare:P0} of its CPUs are reserved: {row.Free}." : $"{row.MemoryShare:P0} of its memory is reserved: {row.Free}.";
}
