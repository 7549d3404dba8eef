using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private static readonly TimeSpan GoneKept = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, FoundContainer> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _seenAs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _gone = new(StringComparer.Ordinal);
    // Containers that are being inspected; true if they are to be once more.
    private readonly Dictionary<string, bool> _inspecting = new(StringComparer.Ordinal);
    private HashSet<string>? _awaited;
    private long _sequence;
    private bool _connecting;
    private bool _listing;
    private bool _listDue;
    private bool _listed;
    private int _rounds;
    private DateTimeOffset _nextListAt;

    private void LookAtWhatIsDue(DateTimeOffset now)
    {
        if (_connection is not { } connection || _connecting || !IsAnswering)
        {
            return;
        }
        if (!_listing && (_listDue || now >= _nextListAt))
        {
            List(connection, now);
        }
        if (!_slowReading && now >= _slowDueAt)
        {
            LookSlowly(connection, now);
        }
    }

    private void List(HostConnection connection, DateTimeOffset now)
    {
        (_listing, _listDue, _nextListAt) = (true, false, now + _options.ListInterval);
        var began = ++_sequence;
        Detach(async () =>
        {
            var listed = await connection.Engine.ListContainersAsync(null, connection.Token);
            Post(() => Listed(connection, began, now, listed));
        }, failed: () => _nextListAt = Now + TimeSpan.FromSeconds(1), ended: () => _listing = false);
    }

    private void Listed(HostConnection connection, long began, DateTimeOffset beganAt, IReadOnlyList<ContainerSummary> listed)
    {
        if (connection != _connection)
        {
            return;
        }
        var ours = listed.Where(c => IsOurs(c.Labels.GetValueOrDefault(LabelKeys.Cluster))).ToDictionary(c => c.Id, StringComparer.Ordinal);
        _foreign = [.. listed.Where(c => !ours.ContainsKey(c.Id))];
        foreach (var id in ours.Keys)
        {
            Recall(id, beganAt);
        }
        foreach (var id in _containers.Keys.Where(id => !ours.ContainsKey(id) && _seenAs[id] < began).ToList())
        {
            Forget(id);
        }
        // Of those that seem unchanged a few are inspected all the same, so that each is about once a minute.
        var turn = _rounds++ % 6;
        var suspects = ours.Values.Where((c, i) => i % 6 == turn || !_containers.TryGetValue(c.Id, out var known) || Differs(c, known.Details)).Select(c => c.Id).ToList();
        if (!_listed)
        {
            suspects = [.. ours.Keys];
            _awaited = [.. suspects.Where(id => !_gone.ContainsKey(id))];
        }
        suspects.ForEach(id => Inspect(connection, id));
        CheckListed();
        ShowForeign();
    }

    private static bool Differs(ContainerSummary listed, ContainerDetails known) =>
        listed.State != known.State || listed.State == "running" && HealthOf(listed.Status) != (known.Health ?? "")
        || listed.State == "running" && !listed.Ports.Select(p => p.HostPort).Order().SequenceEqual(known.Ports.Select(p => p.HostPort).Order());

    private static string HealthOf(string status) => status.EndsWith("(healthy)", StringComparison.Ordinal) ? "healthy"
        : status.EndsWith("(unhealthy)", StringComparison.Ordinal) ? "unhealthy"
        : status.EndsWith("(health: starting)", StringComparison.Ordinal) ? "starting" : "";

    private void Inspect(HostConnection connection, string id)
    {
        if (connection != _connection || _gone.ContainsKey(id))
        {
            return;
        }
        if (_inspecting.ContainsKey(id))
        {
            _inspecting[id] = true;
            return;
        }
        _inspecting[id] = false;
        Detach(async () =>
        {
            var details = await connection.Inspections.TakeAsync(() => connection.Engine.InspectContainerAsync(id, connection.Token), connection.Token);
            Post(() => Inspected(connection, id, details));
        }, failed: () => Unlearn(connection, id), ended: static () => { });
    }

    private void Inspected(HostConnection connection, string id, ContainerDetails? details)
    {
        if (connection != _connection)
        {
            return;
        }
        _inspecting.Remove(id, out var again);
        if (details is null)
        {
            Forget(id);
        }
        else
        {
            See(details);
        }
        _awaited?.Remove(id);
        CheckListed();
        if (again)
        {
            Inspect(connection, id);
        }
    }

    /// <summary>An inspection failed: what is known of the container may be old, so everything is listed again.</summary>
    private void Unlearn(HostConnection connection, string id)
    {
        if (connection == _connection)
        {
            _inspecting.Remove(id);
            _nextListAt = Now + TimeSpan.FromSeconds(1);
        }
    }

    private void CheckListed()
    {
        if (!_listed && _awaited is { Count: 0 })
        {
            _listed = true;
            _awaited = null;
        }
    }

    private void See(ContainerDetails details)
    {
        if (_gone.ContainsKey(details.Id) || !IsOurs(details.Labels.GetValueOrDefault(LabelKeys.Cluster)))
        {
            return;
        }
        var found = FoundContainer.Of(details);
        _containers[details.Id] = found;
        _seenAs.TryAdd(details.Id, ++_sequence);
        if ((found.Instance is not { } id || !_wanted.ContainsKey(id)) && !_surplus.Contains(details.Id) && !_quarantined.Contains(details.Id))
        {
            _wantedStale = true;
        }
    }

    private void Forget(string id)
    {
        var now = Now;
        _gone[id] = now;
        _containers.Remove(id);
        _seenAs.Remove(id);
        ForgetLastWords(id);
        _surplus.Remove(id);
        if (_quarantined.Remove(id))
        {
            ShowForeign();
        }
        if (_gone.Count > 1_000)
        {
            foreach (var old in _gone.Where(g => now - g.Value > GoneKept).Select(g => g.Key).ToList())
            {
                _gone.Remove(old);
            }
        }
    }

    /// <summary>
    /// What is gone stays so, whatever a slow answer of before may say; but what an engine showed when it was asked later is there, and
    /// not to see it would mean to create it over and over.
    /// </summary>
    private void Recall(string id, DateTimeOffset askedAt)
    {
        if (_gone.TryGetValue(id, out var goneAt) && goneAt < askedAt)
        {
            _gone.Remove(id);
        }
    }
}
