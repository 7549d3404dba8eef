using Microsoft.Extensions.Logging;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Agents.Probes;

/// <summary>
/// Asks the instances of one host, each at its own time, so many at once. What it hears is told only when it changes what is to be said of an instance; that a
/// healthy one is still healthy stays here, and costs little.
/// </summary>
/// <param name="address">Where the host's ports are reached.</param>
/// <param name="from">What answers are said to be asked from.</param>
/// <param name="probe">Asks.</param>
/// <param name="changed">Told of each change, on any thread; must only enqueue.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class HostProber(string address, string from, IProbe probe, Action<InstanceId, ProbeRecord> changed, TimeProvider time, ILogger log)
{
    /// <summary>So many connections to one host at once.</summary>
    public const int AtOnce = 128;

    // Probes that fall due within it begin together: waking up is what costs.
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Signal _wake = new();
    private readonly Dictionary<InstanceId, Asked> _asked = [];
    private readonly PriorityQueue<Asked, DateTimeOffset> _due = new();
    private readonly DateTimeOffset _origin = time.GetUtcNow();
    private readonly long _originMark = time.GetTimestamp();
    private int _running;
    private volatile bool _isSuspect;

    /// <summary>Whether the host's engine does not answer: then a failed connection says nothing of an instance.</summary>
    public bool IsSuspect { set => _isSuspect = value; }

    /// <summary>By a clock that does not jump.</summary>
    private DateTimeOffset Now => _origin + time.GetElapsedTime(_originMark);

    /// <summary>The instances to ask from now on. A probe under way for what is no longer asked so does not count.</summary>
    public void Aim(IReadOnlyDictionary<InstanceId, ProbeTarget> targets)
    {
        lock (_gate)
        {
            foreach (var id in _asked.Keys.Where(id => !targets.ContainsKey(id)).ToList())
            {
                _asked.Remove(id);
            }
            foreach (var (id, target) in targets)
            {
                if (!_asked.TryGetValue(id, out var present) || !present.Target.IsAskedAs(target))
                {
                    Begin(id, target, present);
                }
            }
        }
        _wake.Set();
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _wake.WaitAsync(BeginDue(cancellation), time, cancellation);
        }
    }

    private void Begin(InstanceId id, ProbeTarget target, Asked? present)
    {
        var record = present?.Record is { } known && known.Run == target.Record.Run
            ? present.Target.Policy == target.Policy ? known : ProbeRule.Anew(known)
            : target.Record with { Since = Now - Age(target.Record) };
        var asked = new Asked(id, target, new ProbeQuestion(address, target.Port, target.Policy)) { Record = record };
        _asked[id] = asked;
        if (present is not null && !record.ReadsAs(target.Record))
        {
            changed(id, record);
        }
        _due.Enqueue(asked, ProbeRule.NextAt(record, target.Policy, asked.Place, Now));
    }

    /// <returns>When to look again.</returns>
    private TimeSpan BeginDue(CancellationToken cancellation)
    {
        lock (_gate)
        {
            var now = Now;
            while (_running < AtOnce && _due.TryPeek(out var asked, out var due) && due <= now + Batch / 2)
            {
                _due.Dequeue();
                if (IsPresent(asked))
                {
                    _running++;
                    _ = AskAsync(asked, now, cancellation);
                }
            }
            // With all connections in use the next that ends wakes.
            var next = _running < AtOnce && _due.TryPeek(out _, out var at) ? at - now : Longest;
            return next < Batch ? Batch : next > Longest ? Longest : next;
        }
    }

    private async Task AskAsync(Asked asked, DateTimeOffset at, CancellationToken cancellation)
    {
        ProbeAnswer? answer = null;
        try
        {
            await Task.Yield();
            answer = await probe.AskAsync(asked.Question, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
        catch (Exception e)
        {
            log.LogError(e, "A probe failed: {Question}", asked.Question.Words);
            answer = new ProbeAnswer(ProbeOutcome.Silent, TimeSpan.Zero, $"{asked.Question.Words} cannot be asked: {e.Message}");
        }
        bool wakes;
        lock (_gate)
        {
            wakes = _running-- == AtOnce;
            if (answer is { } heard && IsPresent(asked))
            {
                Hear(asked, heard, at);
                var next = ProbeRule.NextAt(asked.Record, asked.Target.Policy, asked.Place, Now);
                wakes |= !_due.TryPeek(out _, out var first) || next < first;
                _due.Enqueue(asked, next);
            }
        }
        if (wakes)
        {
            _wake.Set();
        }
    }

    private void Hear(Asked asked, ProbeAnswer heard, DateTimeOffset at)
    {
        if (heard.Outcome != ProbeOutcome.Passed)
        {
            heard = heard with { Text = $"{heard.Text}, asked from {from}" };
        }
        var others = heard.Outcome == ProbeOutcome.Silent ? ProbeNeighbours.Of(_asked.Values.Where(o => o != asked).Select(o => o.Record), _isSuspect) : default;
        var before = asked.Record;
        asked.Record = ProbeRule.Heard(before, heard, at, asked.Target.Policy, others);
        if (!asked.Record.ReadsAs(before))
        {
            changed(asked.Id, asked.Record);
        }
    }

    private TimeSpan Age(ProbeRecord record) => time.GetUtcNow() - record.Since is var age && age > TimeSpan.Zero ? age : TimeSpan.Zero;

    private bool IsPresent(Asked asked) => _asked.TryGetValue(asked.Id, out var present) && present == asked;

    private sealed class Asked(InstanceId id, ProbeTarget target, ProbeQuestion question)
    {
        public InstanceId Id { get; } = id;
        public ProbeTarget Target { get; } = target;
        public ProbeQuestion Question { get; } = question;
        /// <summary>Its place within an interval.</summary>
        public uint Place { get; } = (uint)id.Value.GetHashCode();
        public required ProbeRecord Record { get; set; }
    }
}
