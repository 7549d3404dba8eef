using System.Text;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private const int LinesKept = 3;
    private const int LongestLine = 200;
    // What containers last said before they failed, by their ids; null while it is being read.
    private readonly Dictionary<string, string?> _lastWords = new(StringComparer.Ordinal);

    /// <summary>A container that failed is quoted: its last lines tell more than its exit code.</summary>
    /// <returns>Null while its words are being read: what is decided of a failure is told with it.</returns>
    private InstanceObservation? Quote(InstanceId instance, InstanceMemory memory, ContainerDetails? main)
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
            ReadLastWords(connection, instance, quoted);
        }
        return words is null ? null : words.Length > 0 ? observation with { Reason = $"{observation.Reason.TrimEnd('.')}; it last said “{words}”" } : observation;
    }

    // They are kept, too: whoever removes it from outside takes its log along.
    private void ReadLastWords(HostConnection connection, InstanceId instance, string container) => Detach(async () =>
    {
        var part = _containers.GetValueOrDefault(container)?.Part ?? InstanceParts.Main;
        var log = await LastLines.ReadAsync(connection.Engine, container, instance, part, _time, connection.Token);
        if (log is not null)
        {
            _writer.Add(p => p.Keep(log));
        }
        var said = string.Join(" / ", log?.Read().TakeLast(LinesKept).Select(l => Printable(l.Text)).Where(l => l.Length > 0) ?? []);
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
