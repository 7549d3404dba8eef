using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Alerts;

/// <summary>Restarts as they were seen to happen, for an hour. An instance that is seen for the first time begins with what it had.</summary>
public sealed record RestartLog
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private ImmutableDictionary<InstanceId, int> Counts { get; init; } = ImmutableDictionary<InstanceId, int>.Empty;
    private ImmutableArray<(DateTimeOffset At, string Subject, int Count)> Seen { get; init; } = [];

    /// <summary>The log with what instances have now.</summary>
    public RestartLog With(ImmutableArray<InstanceFacts> instances, DateTimeOffset now)
    {
        var grown = instances.Where(i => Counts.TryGetValue(i.Id, out var before) && i.Restarts > before)
            .Select(i => (now, $"app:{i.Team}/{i.App}", i.Restarts - Counts[i.Id]));
        return new RestartLog
        {
            Counts = instances.ToImmutableDictionary(i => i.Id, i => i.Restarts),
            Seen = [.. Seen.Where(s => s.At > now - Kept), .. grown],
        };
    }

    /// <summary>Restarts of an app since then.</summary>
    public int Since(string subject, DateTimeOffset from) => Seen.Where(s => s.Subject == subject && s.At >= from).Sum(s => s.Count);
}
