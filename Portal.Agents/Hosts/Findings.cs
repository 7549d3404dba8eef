using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Notices;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>What a host's worker found out and has yet to write.</summary>
internal sealed class Findings
{
    private const int MostLogs = 64;

    public Dictionary<InstanceId, ObservedInstance> Observed { get; } = [];
    public HostReport? Host { get; set; }
    public DateTimeOffset? LastSeenAt { get; set; }
    public List<EventDraft> Events { get; } = [];
    public List<UnwantedVolume> RemovedVolumes { get; } = [];
    public Dictionary<(AppId App, int Revision), PulledImage> Pulls { get; } = [];

    /// <summary>The last lines of containers that failed or go, by their ids.</summary>
    public Dictionary<string, KeptLog> Logs { get; } = [];

    public bool IsEmpty => Logs.Count + Observed.Count + Events.Count + RemovedVolumes.Count + Pulls.Count == 0 && Host is null && LastSeenAt is null;

    /// <summary>Keeps a container's last lines, unless too many wait already: a store that is away must not fill this process.</summary>
    public void Keep(KeptLog log)
    {
        if (Logs.Count < MostLogs)
        {
            Logs[log.ContainerId] = log;
        }
    }

    /// <summary>Whom they concern.</summary>
    public Notice Describe(HostId host) => new()
    {
        Observed = [.. Observed.Values.Select(o => o.Wanted.App.Value).Concat(Pulls.Keys.Select(p => p.App.Value)).Distinct()],
        Hosts = Host is null ? [] : [host.Value],
    };
}
