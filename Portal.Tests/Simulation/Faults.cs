using Portal.Core.Engine;

namespace Portal.Tests.Simulation;

/// <summary>How a call goes wrong.</summary>
internal enum CallFault
{
    /// <summary>It never arrives.</summary>
    RequestLost,
    /// <summary>It is done, and nobody hears so.</summary>
    AnswerLost,
    /// <summary>The engine cannot do it.</summary>
    Refused,
}

/// <summary>What is broken at the moment, and for how long. Chance has a stream of its own here, so that one disturbance less changes as little as can be.</summary>
internal sealed class Faults(Schedule schedule, int seed)
{
    private readonly Random _chance = new(seed);
    private readonly Dictionary<(int Process, int Engine), TimeSpan> _cuts = [];
    private readonly Dictionary<int, TimeSpan> _frozen = [];
    private readonly Dictionary<int, TimeSpan> _slow = [];
    private readonly Dictionary<int, TimeSpan> _slowPulls = [];
    private readonly Dictionary<int, (TimeSpan Until, int Times)> _events = [];
    private readonly Dictionary<int, (TimeSpan Until, int Times)> _notices = [];
    private readonly Dictionary<int, TimeSpan> _storeCuts = [];
    private readonly List<(int Engine, string Verb, CallFault Fault)> _calls = [];
    private int _storeAnswersLost;
    private TimeSpan _storeAway;

    public TimeSpan Moment(int fromMilliseconds, int toMilliseconds) => TimeSpan.FromMilliseconds(_chance.Next(fromMilliseconds, toMilliseconds));

    public void Cut(int process, int engine, TimeSpan until) => _cuts[(process, engine)] = until;

    public void CutFromStore(int process, TimeSpan until) => _storeCuts[process] = until;

    public void Freeze(int engine, TimeSpan until) => _frozen[engine] = until;

    public void Slow(int engine, TimeSpan until) => _slow[engine] = until;

    public void SlowPulls(int engine, TimeSpan until) => _slowPulls[engine] = until;

    public void HearEvents(int engine, int times, TimeSpan until) => _events[engine] = (until, times);

    public void HearNotices(int process, int times, TimeSpan until) => _notices[process] = (until, times);

    public void FailCalls(int engine, string verb, CallFault fault, int times) => _calls.AddRange(Enumerable.Repeat((engine, verb, fault), times));

    public void LoseStoreAnswers(int times) => _storeAnswersLost = times;

    public void TakeStoreAway(TimeSpan until) => _storeAway = until;

    /// <summary>From now on everything works.</summary>
    public void End()
    {
        _cuts.Clear();
        _storeCuts.Clear();
        _frozen.Clear();
        _slow.Clear();
        _slowPulls.Clear();
        _events.Clear();
        _notices.Clear();
        _calls.Clear();
        (_storeAnswersLost, _storeAway) = (0, TimeSpan.Zero);
        // Connections that were cut are reset.
        schedule.Hanging.ForEach(giveUp => giveUp());
        schedule.Hanging.Clear();
    }

    public Fate OfEngineCall(SimulatedProcess process, SimulatedEngine engine, string verb)
    {
        if (!engine.IsUp || IsCut(process, engine))
        {
            return new Fate(false, default, false);
        }
        var after = Moment(1, 8);
        if (Lasts(_frozen, engine.Number))
        {
            // It lies in a queue until the engine goes on, whether or not anybody waits any more.
            return Fate.Good(_frozen[engine.Number] - schedule.Now + after);
        }
        if (Lasts(_slow, engine.Number))
        {
            after = Moment(200, 9_000);
        }
        return Take(engine, verb, CallFault.RequestLost) ? new Fate(false, default, false) : new Fate(true, after, !Take(engine, verb, CallFault.AnswerLost));
    }

    /// <summary>Why an engine cannot do what has just arrived; null if it can.</summary>
    public EngineException? RefusalOf(SimulatedEngine engine, string verb) => !engine.IsUp ? new EngineException(EngineError.Unreachable, "The connection was reset.")
        : Take(engine, verb, CallFault.Refused) ? new EngineException(EngineError.Failed, "no space left on device") : null;

    public Fate OfProbe(SimulatedProcess process, SimulatedEngine engine) => engine.IsUp && !IsCut(process, engine) ? Fate.Good(Moment(1, 5)) : new Fate(false, default, false);

    public Fate OfStoreCall(SimulatedProcess process)
    {
        if (schedule.Now < _storeAway || Lasts(_storeCuts, process.Number))
        {
            return new Fate(false, default, false);
        }
        var isAnswered = _storeAnswersLost == 0 || _storeAnswersLost-- == 0;
        return new Fate(true, Moment(1, 4), isAnswered);
    }

    public TimeSpan PullTime(SimulatedEngine engine) => Lasts(_slowPulls, engine.Number) ? Moment(5_000, 25_000) : Moment(100, 800);

    public int TimesHeard(SimulatedEngine engine) => Times(_events, engine.Number);

    public int TimesNoticed(SimulatedProcess process) => Times(_notices, process.Number);

    private bool IsCut(SimulatedProcess process, SimulatedEngine engine) => _cuts.Count > 0 && _cuts.TryGetValue((process.Number, engine.Number), out var until) && schedule.Now < until;

    private bool Lasts(Dictionary<int, TimeSpan> fault, int number) => fault.Count > 0 && fault.TryGetValue(number, out var until) && schedule.Now < until;

    private int Times(Dictionary<int, (TimeSpan Until, int Times)> fault, int number) => fault.Count > 0 && fault.TryGetValue(number, out var heard) && schedule.Now < heard.Until ? heard.Times : 1;

    private bool Take(SimulatedEngine engine, string verb, CallFault fault) => _calls.Count > 0 && _calls.Remove((engine.Number, verb, fault));
}
