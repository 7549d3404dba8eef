using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;

namespace Portal.Agents.Hosts;

/// <summary>
/// Makes one host as its assignments say, and reports what is there. All state belongs to one loop, which only reads its inbox, decides
/// and begins; whatever takes time runs beside it and puts its result into the inbox. Parts: this one is the loop and the reads of the
/// store; <c>.Contact</c> whether the engine answers; <c>.Seeing</c>, <c>.Hearing</c> and <c>.Slowly</c> what is on it; <c>.Probing</c> what answers there; <c>.Pulling</c> the images that rollouts wait for; <c>.Sampling</c> what is measured; <c>.Acting</c> what is done; <c>.Tracing</c> which change that belongs to.
/// </summary>
internal sealed partial class HostWorker
{
    private static readonly Action s_tick = static () => { };
    private readonly HostRegistration _host;
    private readonly HostScope _scope;
    private readonly TermLease _lease;
    private readonly HostWorkerServices _services;
    private readonly HostWorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly StatusWriter _writer;
    private readonly Channel<Action> _inbox = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<InstanceId, InstanceMemory> _memories = [];
    private Dictionary<InstanceId, WantedInstance> _wanted = [];
    private Dictionary<InstanceId, InstanceObservation> _loaded = [];
    private List<UnwantedVolume> _volumes = [];
    // Swapped whole: notices are heard on other threads.
    private HashSet<Guid> _apps = [];
    private CancellationToken _ending;
    private bool _wantedKnown;
    // Whether what was just taken from the inbox changed nothing.
    private bool _nothingNew;
    private bool _wantedStale = true;
    private bool _readingWanted;
    private DateTimeOffset _nextReadAt;
    private DateTimeOffset _nextLookAt;

    public HostWorker(HostRegistration host, Guid cluster, TermLease lease, HostWorkerServices services)
    {
        (_host, _lease, _services, _options, _time, _log) = (host, lease, services, services.Options, services.Time, services.Log);
        _scope = new HostScope(cluster, host.Id, host.Name, host.Address);
        _ways = new InstanceWays(_scope);
        _contactRule = new ContactRule(_options.ContactTimeout, TimeSpan.FromSeconds(5));
        _writer = new StatusWriter(host.Id, lease, services.Findings, _time, _log);
        _origin = _time.GetTimestamp();
        _prober = new HostProber(host.Address, services.Identity.Machine, services.Probe, (id, record) => Post(() => Heard(id, record)), _time, _log);
    }

    /// <summary>Works until cancelled, or until the claim is another's.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ending = ending.Token;
        using var heard = _services.Notices.Subscribe(Hear);
        await LoadAsync();
        Task[] work = [_writer.RunAsync(_ending), PumpAsync(), ContactAsync(), TickAsync(), _prober.RunAsync(_ending)];
        try
        {
            await await Task.WhenAny(work);
        }
        finally
        {
            await ending.CancelSoonAsync();
            await work.EndedAsync();
            _services.Watch.Forget(_host.Id);
            if (_connection is { } connection)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private void Post(Action action) => _inbox.Writer.TryWrite(action);

    private void Hear(Notice notice)
    {
        var apps = _apps;
        if (notice.Everything || notice.Assignments.Contains(_host.Id.Value) || notice.Specs.Any(apps.Contains))
        {
            Post(() => _wantedStale = true);
        }
        if (notice.Everything || notice.Hosts.Contains(_host.Id.Value))
        {
            Post(() => _confirmationDueAt = null);
        }
    }

    private async Task LoadAsync()
    {
        _loaded = await _services.Reader.ReadObservationsAsync(_host.Id, _ending);
        if (await _services.Reader.ReadStatusAsync(_host.Id, _ending) is { } known)
        {
            _seenBefore = known.Engine is not null;
            _lastSeenAt = known.LastSeenAt;
            _report = new HostReport { Reachability = known.Reachability, Reason = known.Reason, Since = known.Since, Engine = known.Engine, Images = known.Images, Foreign = known.Foreign, EngineRun = known.EngineRun };
            _written = _report;
        }
    }

    private async Task PumpAsync()
    {
        var inbox = _inbox.Reader;
        while (await inbox.WaitToReadAsync(_ending))
        {
            var happened = false;
            while (inbox.TryRead(out var action))
            {
                _nothingNew = action == s_tick;
                action();
                happened |= !_nothingNew;
            }
            Step(happened);
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_options.Tick, _time);
        while (await timer.WaitForNextTickAsync(_ending))
        {
            Post(s_tick);
        }
    }

    /// <summary>Decides. What only time changes is looked at once a second, everything else when something happened.</summary>
    private void Step(bool happened)
    {
        var now = Now;
        _prober.IsSuspect = !IsAnswering;
        ReadWhatIsDue(now);
        LookAtWhatIsDue(now);
        if (_listed && _wantedKnown && IsAnswering && (happened || now >= _nextLookAt))
        {
            _nextLookAt = now + TimeSpan.FromSeconds(1);
            Observe(now);
            if (Act(now))
            {
                // What was begun changes what is to be said.
                Observe(now);
            }
            ReportPulls(Situation(), now);
        }
        AimSampler(now);
        Judge(now);
        ReportHost(now);
    }

    private void ReadWhatIsDue(DateTimeOffset now)
    {
        if (_readingWanted || !_wantedStale && now < _nextReadAt)
        {
            return;
        }
        _readingWanted = true;
        _wantedStale = false;
        _nextReadAt = now + _options.ListInterval;
        // Only what was seen before the read began may be found surplus by it.
        var seen = _containers.Values.ToList();
        Detach(async () =>
        {
            var readingVolumes = _services.Reader.ReadUnwantedVolumesAsync(_scope.Cluster, _host.Id, _ending);
            var readingPulls = _services.Reader.ReadPullsAsync(_host.Id, _ending);
            var wanted = await _services.Reader.ReadWantedAsync(_host.Id, _ending);
            var strays = seen.Where(c => c.Instance is not { } id || !wanted.ContainsKey(id)).ToList();
            var known = await _services.Reader.ReadKnownAppsAsync([.. strays.Select(c => (c.Team, c.App)).Distinct()], _ending);
            var (volumes, pulls) = (await readingVolumes, await readingPulls);
            Post(() =>
            {
                WantPulls(pulls, Now);
                Apply(wanted, strays, known, volumes);
            });
        }, failed: () => _nextReadAt = Now + TimeSpan.FromMilliseconds(500), ended: () => _readingWanted = false);
    }

    private void Apply(Dictionary<InstanceId, WantedInstance> wanted, List<FoundContainer> strays, HashSet<(string Team, string App)> known, List<UnwantedVolume> volumes)
    {
        var now = Now;
        foreach (var id in wanted.Keys.Where(id => !_memories.ContainsKey(id)))
        {
            _memories[id] = InstanceMemory.Of(_loaded.GetValueOrDefault(id, InstanceObservation.Initial), now);
        }
        foreach (var id in _memories.Keys.Where(id => !wanted.ContainsKey(id)).ToList())
        {
            _memories.Remove(id);
        }
        _loaded = [];
        _released.UnionWith(_wanted.Values.Where(w => w.Kept && !wanted.ContainsKey(w.Id)).Select(w => w.Id));
        _released.RemoveWhere(id => wanted.ContainsKey(id) || !_containers.Values.Any(c => c.Instance == id));
        _wanted = wanted;
        _ways.Take(wanted, id => _memories[id].Observation);
        LetLeave(now);
        _apps = [.. wanted.Values.Select(w => w.App.Value)];
        _wantedKnown = true;
        var postponed = _volumes.Where(v => v.NextTryAt is not null).ToDictionary(v => v.EngineName, v => v.NextTryAt);
        _volumes = [.. volumes.Select(v => v with { NextTryAt = postponed.GetValueOrDefault(v.EngineName) })];
        _surplus.RemoveWhere(id => !strays.Exists(s => s.Id == id));
        _quarantined.RemoveWhere(id => !strays.Exists(s => s.Id == id));
        foreach (var stray in strays)
        {
            FoundStray(stray, known.Contains((stray.Team, stray.App)));
        }
    }

    /// <summary>What served and is to stop runs on for a moment, for callers learn of it as late as we do.</summary>
    private void LetLeave(DateTimeOffset now)
    {
        var leaving = _wanted.Values.Where(w => w.Desired == DesiredState.Stop && !w.Spec.Ports.IsEmpty
            && _memories[w.Id] is { LeavingSince: null, Observation.ReadySince: not null }).ToList();
        foreach (var wanted in leaving)
        {
            _memories[wanted.Id] = _memories[wanted.Id] with { LeavingSince = now };
        }
        foreach (var delay in leaving.Select(w => w.Spec.Stop.Delay).Distinct())
        {
            Detach(() => Task.Delay(delay, _time, _ending), failed: static () => { }, ended: static () => { });
        }
    }

    /// <summary>Runs beside the loop; both callbacks run on it.</summary>
    private void Detach(Func<Task> work, Action failed, Action ended) => _ = BesideAsync(work, failed, ended);

    private async Task BesideAsync(Func<Task> work, Action failed, Action ended)
    {
        await Task.Yield();
        try
        {
            await work();
            Post(ended);
        }
        catch (OperationCanceledException)
        {
            Post(ended);
        }
        catch (Exception e)
        {
            if (e is EngineException or NpgsqlException or TimeoutException or IOException)
            {
                _log.LogInformation("Host {Host}: {Reason}", _host.Name, e.Message);
            }
            else
            {
                _log.LogError(e, "Host {Host}: a step of its worker failed", _host.Name);
            }
            Post(() =>
            {
                ended();
                failed();
            });
        }
    }
}
