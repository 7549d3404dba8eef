using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Leases;
using Portal.Core.State.Services;
using Portal.Core.State.Writers;

namespace Portal.Agents.Services;

/// <summary>One term of the keeper: asks probed services, each endpoint at its own time, and tells of heartbeats that ceased. A loop of its own beside the workers of hosts.</summary>
internal sealed class ServiceTerm(TermLease lease, ServiceFindings findings, GuardedProbe probe, AgentIdentity identity, TimeProvider time, ILogger log)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(10);
    private readonly Dictionary<(Guid Service, string Address, int Port), Asked> _asked = [];
    private readonly ConcurrentQueue<(Asked Asked, ProbeAnswer Answer, DateTimeOffset At)> _answers = [];
    private int _underWay;
    private ImmutableArray<KeptService> _services = [];

    /// <summary>Keeps until cancelled.</summary>
    /// <param name="isStale">Whether services changed since it was last asked.</param>
    /// <param name="cancellation">Ends the term.</param>
    /// <exception cref="TermLostException">Another process keeps them now.</exception>
    public async Task RunAsync(Func<bool> isStale, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Step, time);
        var readAt = DateTimeOffset.MinValue;
        do
        {
            var now = time.GetUtcNow();
            if (isStale() || now >= readAt || _services.Any(s => s.LifeAt(now) is Life.JustExpired or Life.Over))
            {
                // A heartbeat sends no notice: whether it ceased is told only after a look.
                _services = await findings.ReadAsync(cancellation);
                readAt = now + ReadEvery;
                await TellLivesAsync(now, cancellation);
                Aim(now);
            }
            Hear(now);
            BeginDue(now, cancellation);
            await WriteAsync(cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task TellLivesAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var service in _services)
        {
            var life = service.LifeAt(now);
            EventDraft? told = life switch
            {
                Life.JustExpired => Draft(service, Severity.Warning, "ServiceExpired", $"Service {service.Name} sent no heartbeat within {DurationText.Format(service.Ttl!.Value)}: its endpoints are taken as unhealthy."),
                Life.Back => Draft(service, Severity.Info, "ServiceBack", $"Service {service.Name} sent a heartbeat again."),
                Life.Over => Draft(service, Severity.Warning, "ServiceRemoved", $"Service {service.Name} was taken out of the catalog: no heartbeat came for {DurationText.Format(service.Ttl!.Value + service.Grace)}."),
                _ => null,
            };
            if (told is not null)
            {
                await findings.WriteLifeAsync(lease, service, life, told, cancellation);
            }
        }
    }

    /// <summary>Endpoints of services that changed begin anew; what was known of those that did not goes on, also under a new keeper.</summary>
    private void Aim(DateTimeOffset now)
    {
        var wanted = _services.Where(s => s.Probe is not null).SelectMany(s => s.Endpoints.Select(e => (Key: (s.Id, e.Address, e.Port), Service: s, Endpoint: e))).ToDictionary(w => w.Key);
        foreach (var key in _asked.Keys.Where(k => !wanted.TryGetValue(k, out var w) || w.Service.Generation != _asked[k].Service.Generation).ToList())
        {
            _asked.Remove(key);
        }
        foreach (var (key, (_, service, endpoint)) in wanted)
        {
            if (!_asked.ContainsKey(key))
            {
                var known = service.Observed.FirstOrDefault(o => o.Address == endpoint.Address && o.Port == endpoint.Port);
                var record = new ProbeRecord { Run = default, Since = now, Health = known?.Health ?? Health.Starting, Ready = known?.Ready ?? false, Answer = known?.Reason ?? "" };
                _asked[key] = new Asked(service, endpoint) { Record = record, Written = known is null ? null : record, ObservedAt = known?.ObservedAt ?? now, DueAt = now };
            }
        }
    }

    private void BeginDue(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var asked in _asked.Values.Where(a => !a.IsUnderWay && a.DueAt <= now).OrderBy(a => a.DueAt).Take(AtOnce - _underWay))
        {
            asked.IsUnderWay = true;
            _underWay++;
            _ = AskAsync(asked, now, cancellation);
        }
    }

    private async Task AskAsync(Asked asked, DateTimeOffset at, CancellationToken cancellation)
    {
        ProbeAnswer answer;
        try
        {
            await Task.Yield();
            answer = await probe.AskAsync(asked.Endpoint, asked.Policy, asked.Service.AllowsInside, cancellation);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e)
        {
            log.LogError(e, "A probe of service {Service} failed", asked.Service.Name);
            answer = new ProbeAnswer(ProbeOutcome.Silent, TimeSpan.Zero, $"cannot be asked: {e.Message}");
        }
        _answers.Enqueue((asked, answer, at));
    }

    private void Hear(DateTimeOffset now)
    {
        while (_answers.TryDequeue(out var heard))
        {
            var (asked, answer, at) = heard;
            asked.IsUnderWay = false;
            _underWay--;
            answer = answer.Outcome == ProbeOutcome.Passed ? answer : answer with { Text = $"{answer.Text}, asked from {identity.Machine}" };
            var record = ProbeRule.Heard(asked.Record, answer, at, asked.Policy, default);
            asked.ObservedAt = asked.Record.ReadsAs(record) && asked.Written is not null ? asked.ObservedAt : now;
            asked.Record = record;
            asked.DueAt = ProbeRule.NextAt(record, asked.Policy, asked.Place, now);
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        foreach (var group in _asked.Values.GroupBy(a => a.Service.Id).Where(g => g.Any(a => a.IsNews)).ToList())
        {
            var all = group.Select(a => (Asked: a, a.Record, a.ObservedAt)).ToList();
            var known = all.Where(a => a.Record.AskedAt is not null || a.Asked.Written is not null).ToList();
            var service = all[0].Asked.Service;
            await findings.WriteAsync(lease, service, [.. known.Select(a => new ObservedEndpoint(a.Asked.Endpoint.Address, a.Asked.Endpoint.Port, a.Record.Health, a.Record.Ready, a.Record.Answer, a.ObservedAt))],
                [.. all.Select(a => Told(service, a.Asked, a.Record)).OfType<EventDraft>()], cancellation);
            all.ForEach(a => a.Asked.Written = a.Record);
        }
    }

    private static EventDraft? Told(KeptService service, Asked asked, ProbeRecord now)
    {
        var where = $"{asked.Endpoint.Address}:{asked.Endpoint.Port} of service {service.Name}";
        var before = asked.Written?.Health ?? Health.Starting;
        return before == now.Health ? null : now.Health switch
        {
            Health.Unhealthy => Draft(service, Severity.Warning, "EndpointUnhealthy", $"{where} is unhealthy: {now.Answer}."),
            Health.Healthy => Draft(service, Severity.Info, "EndpointHealthy", $"{where} answers{(before == Health.Unhealthy ? " again" : "")}."),
            _ => null,
        };
    }

    private static EventDraft Draft(KeptService service, Severity severity, string kind, string message) => new(severity, kind, message, service.Team);

    private sealed class Asked(KeptService service, RegisteredEndpoint endpoint)
    {
        public KeptService Service => service;
        public RegisteredEndpoint Endpoint => endpoint;
        public HealthSpec Policy => service.Probe!;
        public uint Place { get; } = (uint)HashCode.Combine(endpoint.Address, endpoint.Port);
        public required ProbeRecord Record { get; set; }
        public ProbeRecord? Written { get; set; }
        public DateTimeOffset ObservedAt { get; set; }
        public DateTimeOffset DueAt { get; set; }
        public bool IsUnderWay { get; set; }
        public bool IsNews => Record.AskedAt is not null && (Written is null || !Written.ReadsAs(Record));
    }
}
