using System.Text;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private const int LinesKept = 3;
    private const int LongestLine = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    // What containers last said before they failed, by their ids; null while it is being read.
    private readonly Dictionary<string, string?> _lastWords = new(StringComparer.Ordinal);

    /// <summary>A container that failed is quoted: its last lines tell more than its exit code.</summary>
    /// <returns>Null while its words are being read: what is decided of a failure is told with it.</returns>
    private InstanceObservation? Quote(InstanceMemory memory, ContainerDetails? main)
    {
        var observation = memory.Observation;
        var quoted = memory.Blamed ?? (observation.Failure is InstanceFailure.CrashLoop or InstanceFailure.Exited ? main?.Id : null);
        if (quoted is null || _connection is not { } connection)
        {
            return observation;
        }
        if (!_lastWords.TryGetValue(quoted, out var words))
        {
            _lastWords[quoted] = null;
            ReadLastWords(connection, quoted);
        }
        return words is null ? null : words.Length > 0 ? observation with { Reason = $"{observation.Reason.TrimEnd('.')}; it last said “{words}”" } : observation;
    }

    private void ReadLastWords(HostConnection connection, string container) => Detach(async () =>
    {
        var lines = new List<string>();
        using var patience = new CancellationTokenSource(Patience, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.Token, patience.Token);
        await foreach (var line in connection.Engine.ReadLogsAsync(container, new LogQuery(Tail: LinesKept), limit.Token))
        {
            lines.Add(Printable(line.Text));
        }
        var said = string.Join(" / ", lines.Where(l => l.Length > 0).TakeLast(LinesKept));
        Post(() => Learn(container, said));
    }, failed: static () => { }, ended: () => Learn(container, ""));

    // Only what is waited for: the container may be gone by now, or its words known.
    private void Learn(string container, string words)
    {
        if (_lastWords.TryGetValue(container, out var known) && known is null)
        {
            _lastWords[container] = words;
        }
    }

    private void ForgetLastWords(string container) => _lastWords.Remove(container);

    private static string Printable(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, LongestLine));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= LongestLine)
            {
                return shown.Append('…').ToString();
            }
            shown.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return shown.ToString().Trim();
    }
}
