using Portal.Agents.Docker;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    // A registry that is away for a moment fails no rollout; one that says no three times, over three seconds, means it.
    private const int HopelessAfter = 3;
    private static readonly TimeSpan PullReportInterval = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<(AppId App, int Revision), PullMemory> _pulls = [];
    private readonly Dictionary<(AppId App, int Revision), PulledImage> _saidPulls = [];
    // What has come of each pull under way, by the operations' keys.
    private readonly Dictionary<string, PullTally> _tallies = new(StringComparer.Ordinal);
    // Pulls of which it was told that they fail.
    private readonly HashSet<(AppId App, int Revision)> _failedPulls = [];
    private DateTimeOffset _nextPullReportAt;

    private void WantPulls(IReadOnlyCollection<WantedPull> wanted, DateTimeOffset now)
    {
        var keys = wanted.Select(w => (w.App, w.Revision)).ToHashSet();
        foreach (var gone in _pulls.Keys.Where(k => !keys.Contains(k)).ToList())
        {
            _pulls.Remove(gone);
            _saidPulls.Remove(gone);
            _failedPulls.Remove(gone);
        }
        foreach (var pull in wanted)
        {
            var key = (pull.App, pull.Revision);
            _pulls[key] = _pulls.TryGetValue(key, out var memory) ? memory with { Wanted = pull } : new PullMemory(pull, now);
        }
    }

    /// <summary>An engine tells of every layer many times a second: what is shown of it is bounded.</summary>
    private void Came(PullImage pull, PullTally tally)
    {
        if (_underWay.ContainsKey(pull.Key))
        {
            _tallies[pull.Key] = tally;
        }
    }

    private void Pulled(PullImage pull, EngineException? fault, DateTimeOffset now)
    {
        _tallies.Remove(pull.Key);
        foreach (var (key, memory) in _pulls.Where(p => KeysOf(p.Value.Wanted).Contains(pull.Key)).ToList())
        {
            _pulls[key] = fault is null ? memory with { Trouble = null }
                : memory with { Trouble = Trouble.Met(memory.Trouble, fault.Message, fault.Error != EngineError.Unreachable, now) };
        }
        _nextPullReportAt = now;
    }

    private string WordsOfPull(WantedInstance wanted, InstancePart part) =>
        _tallies.TryGetValue(PullImage.KeyOf(ImageChoice.Of(wanted, part), wanted.Team), out var tally) && tally.Layers > 0
            ? $"the image {part.Image} is being pulled: {tally}"
            : $"waits for the image {part.Image}";

    /// <summary>Says how far the images are that rollouts wait for.</summary>
    private void ReportPulls(HostSituation situation, DateTimeOffset now)
    {
        if (_pulls.Count == 0 || now < _nextPullReportAt)
        {
            return;
        }
        var changed = new List<((AppId App, int Revision) Key, PulledImage Image)>();
        foreach (var (key, memory) in _pulls)
        {
            var image = StateOf(situation, memory) with { Host = _host.Id, Revision = key.Revision };
            if (!image.Equals(_saidPulls.GetValueOrDefault(key)))
            {
                _saidPulls[key] = image;
                changed.Add((key, image with { At = now }));
                TellFailure(memory.Wanted, image);
            }
        }
        if (changed.Count > 0)
        {
            _nextPullReportAt = now + PullReportInterval;
            _writer.Add(p => changed.ForEach(c => p.Pulls[c.Key] = c.Image));
        }
    }

    /// <summary>Once, however often it is tried.</summary>
    private void TellFailure(WantedPull wanted, PulledImage image)
    {
        if (image.State == PullState.Failed && _failedPulls.Add((wanted.App, wanted.Revision)))
        {
            _writer.Add(p => p.Events.Add(new EventDraft(Severity.Warning, "ImagePullFailed", $"Revision {wanted.Revision} of {wanted.AppName} cannot be prepared on {_host.Name}: {image.Reason.TrimEnd('.')}. It is tried again.",
                wanted.Team, wanted.App, wanted.AppName, _host.Id, _host.Name, TraceId: PortalTraces.TraceIdOf(wanted.Trace))));
        }
    }

    private PulledImage StateOf(HostSituation situation, PullMemory memory)
    {
        var blank = new PulledImage { Host = _host.Id };
        var underWay = KeysOf(memory.Wanted).Where(situation.UnderWay.Contains).ToList();
        return situation.HasImages(memory) ? blank with { State = PullState.Ready }
            : underWay.Count > 0 ? blank with { State = PullState.Pulling, Tally = underWay.Select(k => _tallies.GetValueOrDefault(k, PullTally.None)).Aggregate(PullTally.Sum) }
            : memory.Trouble is { } trouble ? blank with { State = PullState.Failed, Reason = trouble.Reason, IsHopeless = trouble.Attempts >= HopelessAfter }
            : blank;
    }

    private static IEnumerable<string> KeysOf(WantedPull wanted) => wanted.Images.Select(i => PullImage.KeyOf(i.Reference, wanted.Team));
}
