using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private readonly Signal _contactNow = new();
    private readonly ContactRule _contactRule;
    private readonly long _origin;
    private ContactRecord _contact = new();
    private HostConnection? _connection;
    private HostReport _report = new();
    private HostReport _written = new();
    private DateTimeOffset? _lastSeenAt;
    private DateTimeOffset _nextHeartbeatAt;
    private DateTimeOffset? _confirmationDueAt;
    private bool _confirming;
    private bool _lossConfirmed;
    private bool _seenBefore;
    private bool _answered;
    private string? _refusal;
    private bool _wasRefused;
    private bool _doubtTold;

    /// <summary>Time on this process's monotonic clock.</summary>
    private TimeSpan Mono => _time.GetElapsedTime(_origin);

    private bool IsAnswering => _answered && _contact.FailingSince is null && _refusal is null;

    /// <summary>Contacts the engine again and again, by a client of its own, so that no work can delay it.</summary>
    private async Task ContactAsync()
    {
        if (_host.Endpoint is not { } endpoint)
        {
            Post(() => _refusal = _host.Fault);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, _ending);
            return;
        }
        IContainerEngine engine;
        try
        {
            engine = _services.Engines.Connect(endpoint);
        }
        catch (EngineException e)
        {
            Post(() => _refusal = e.Message);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, _ending);
            return;
        }
        await using var owned = engine;
        while (true)
        {
            var failed = await ContactOnceAsync(engine);
            await _contactNow.WaitAsync(failed ? _options.ContactRetry : _options.ContactInterval, _time, _ending);
        }
    }

    private async Task<bool> ContactOnceAsync(IContainerEngine engine)
    {
        var began = Mono;
        using var patience = new CancellationTokenSource(_options.ContactTimeout, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending, patience.Token);
        EngineException? fault = null;
        try
        {
            await engine.PingAsync(limit.Token);
        }
        catch (EngineException e)
        {
            fault = e;
        }
        catch (OperationCanceledException e) when (!_ending.IsCancellationRequested)
        {
            fault = new EngineException(EngineError.Unreachable, $"The engine did not answer within {_options.ContactTimeout.TotalSeconds:0.#} s.", e);
        }
        var ended = Mono;
        Post(() => Contacted(began, ended, fault));
        return fault is not null;
    }

    private void Contacted(TimeSpan began, TimeSpan ended, EngineException? fault)
    {
        if (fault is { Error: not EngineError.Unreachable })
        {
            // It is there and will not have us: that is no silence, and no reason to move anything.
            _refusal = fault.Message;
            _contact = ContactRule.Succeeded(ended);
        }
        else if (fault is not null)
        {
            _contact = _contactRule.Failed(_contact, began, ended, fault.Message);
        }
        else
        {
            var failures = _contact.Failures;
            _contact = ContactRule.Succeeded(ended);
            _answered = true;
            _lossConfirmed = false;
            _lastSeenAt = Now;
            if (_connection is null || failures > 1 || _refusal is not null)
            {
                Connect();
            }
            else if (failures > 0)
            {
                _listDue = true;
                _slowDueAt = default;
            }
            else
            {
                _nothingNew = true;
            }
        }
        _services.Watch.Report(_host.Id, _contact.FailingSince);
    }

    /// <summary>Begins anew: whatever still hangs in calls of before is given up, the mark is checked, then everything is listed.</summary>
    private void Connect()
    {
        if (_connecting)
        {
            return;
        }
        _connecting = true;
        Disconnect();
        var engine = _services.Engines.Connect(_host.Endpoint!);
        var executor = new OperationExecutor(engine, _lease, _services.Credentials, StartsOf(_host.Endpoint!), (pull, tally) => Post(() => Came(pull, tally)), log => _writer.Add(p => p.Keep(log)), _time);
        var connection = new HostConnection(engine, executor, _options, _time, _log, _ending);
        _connection = connection;
        Detach(async () =>
        {
            try
            {
                var info = await engine.GetInfoAsync(connection.Token);
                var marked = await HostMark.ClaimAsync(engine, _scope.Cluster, _host.Id, connection.Token);
                Post(() => Connected(connection, info, marked));
            }
            catch (EngineException e) when (e.Error == EngineError.Conflict)
            {
                Post(() => _refusal = e.Message);
            }
        }, failed: Disconnect, ended: () => _connecting = false);
    }

    private void Connected(HostConnection connection, EngineInfo info, bool marked)
    {
        TellOfMark(marked && _seenBefore);
        _seenBefore = true;
        _refusal = null;
        foreach (var (id, memory) in _memories.Where(m => m.Value.Trouble is not null).ToList())
        {
            // An engine that was away may have got over it.
            _memories[id] = memory with { Trouble = memory.Trouble is { Counts: true } trouble ? trouble with { NextTryAt = Now } : null };
        }
        _report = _report with { Engine = info };
        _slowDueAt = default;
        Detach(() => connection.HearAsync(
            () => Post(() => _listDue = true),
            happened => Post(() => Happened(connection, happened)),
            _contactNow.Set), failed: static () => { }, ended: static () => { });
    }

    private void TellOfMark(bool vanished)
    {
        if (vanished)
        {
            Tell(Severity.Warning, "HostMarkVanished", $"The engine of host {_host.Name} had lost Portal's mark: it may have been installed anew. It was marked again.");
        }
    }

    private void Disconnect()
    {
        _listed = false;
        _slowKnown = false;
        if (_connection is { } former)
        {
            _connection = null;
            _inspecting.Clear();
            _listing = false;
            _ = former.DisposeAsync().AsTask();
        }
    }

    /// <summary>SSH has few processes for calls; stops, which mostly wait, must not take them all.</summary>
    private HostWorkerOptions StartsOf(EngineEndpoint endpoint) => endpoint.Address.StartsWith("ssh:", StringComparison.Ordinal)
        ? _options with { StartsAtOnce = Math.Min(_options.StartsAtOnce, 3), StopsAtOnce = Math.Min(_options.StopsAtOnce, 3), PullsAtOnce = 1 }
        : _options;

    /// <summary>Says whether the host answers, is suspect, or lost.</summary>
    private void Judge(DateTimeOffset now)
    {
        if (_refusal is { } refusal)
        {
            // What the store says already, another worker has told.
            if (_report.Reason != refusal)
            {
                Tell(Severity.Warning, "HostRefused", $"Host {_host.Name} cannot be used: {refusal.TrimEnd('.')}. What runs there is left alone.");
            }
            _wasRefused = true;
            Say(_report.Reachability == Reachability.Unreachable ? Reachability.Unreachable : Reachability.Suspect, refusal, now);
            return;
        }
        if (_contact.FailingSince is { } since)
        {
            JudgeSilence(now, since);
        }
        else if (_answered && _listed && _wantedKnown)
        {
            Say(Reachability.Reachable, "", now);
            SayRun();
        }
    }

    /// <summary>Only of a host that is reachable: by it a planned reboot is over, and its loss a loss again.</summary>
    private void SayRun()
    {
        if (_report.Engine?.Run is not { } run || run == _report.EngineRun)
        {
            return;
        }
        if (_report.EngineRun is not null)
        {
            Tell(Severity.Info, "HostEngineStarted", $"The engine of host {_host.Name} was started anew.");
        }
        _report = _report with { EngineRun = run };
    }

    private void JudgeSilence(DateTimeOffset now, TimeSpan since)
    {
        if (_report.Reachability == Reachability.Unreachable)
        {
            return;
        }
        if (!_contactRule.IsLost(_contact, Mono, _host.Grace) || _lease.Remaining < _options.LeaseMargin)
        {
            Say(Reachability.Suspect, _contact.Reason, now);
            return;
        }
        if (!_lossConfirmed && _services.Watch.Suspicion() is { } suspicion)
        {
            if (!_doubtTold)
            {
                _doubtTold = true;
                Tell(Severity.Warning, "HostLossDoubted", $"Host {_host.Name} does not answer, but is not taken to be lost: {suspicion}. An administrator may confirm the loss.");
            }
            Say(Reachability.Suspect, $"{suspicion}. {_contact.Reason}", now);
            AskForConfirmation(now, now - (Mono - since));
            return;
        }
        Say(Reachability.Unreachable, _contact.Reason, now);
    }

    private void AskForConfirmation(DateTimeOffset now, DateTimeOffset since)
    {
        if (_confirming || _confirmationDueAt > now)
        {
            return;
        }
        _confirming = true;
        _confirmationDueAt = now + TimeSpan.FromSeconds(5);
        Detach(async () =>
        {
            if (await _services.Reader.IsLossConfirmedAsync(_host.Id, since, _ending))
            {
                Post(() => _lossConfirmed = _contact.FailingSince is not null);
            }
        }, failed: static () => { }, ended: () => _confirming = false);
    }

    private void Say(Reachability reachability, string reason, DateTimeOffset now)
    {
        var before = _report.Reachability;
        _report = _report with { Reachability = reachability, Reason = reason, Since = before == reachability ? _report.Since : now };
        if (reachability == Reachability.Unreachable && before != reachability)
        {
            Tell(Severity.Error, "HostUnreachable", $"Host {_host.Name} has not answered for its whole grace of {DurationText.Format(_host.Grace)}: {reason.TrimEnd('.')}. Its instances are replaced elsewhere.");
        }
        else if (reachability == Reachability.Reachable && (before == Reachability.Unreachable || _wasRefused || _doubtTold))
        {
            (_wasRefused, _doubtTold) = (false, false);
            Tell(Severity.Info, "HostReachable", $"Host {_host.Name} answers again.");
        }
    }

    private void ReportHost(DateTimeOffset now)
    {
        if (_report.Reachability != Reachability.Unknown && _report != _written)
        {
            _written = _report;
            var (report, seen) = (_report, _lastSeenAt);
            _writer.Add(p => (p.Host, p.LastSeenAt) = (report, seen));
        }
        else if (IsAnswering && now >= _nextHeartbeatAt)
        {
            _nextHeartbeatAt = now + _options.HeartbeatInterval;
            var seen = _lastSeenAt;
            _writer.Add(p => p.LastSeenAt = seen);
        }
    }

    private void Tell(Severity severity, string kind, string message) =>
        _writer.Add(p => p.Events.Add(new EventDraft(severity, kind, message, Host: _host.Id, HostName: _host.Name)));
}
