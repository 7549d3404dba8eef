using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>Reads the last lines of a container while it is there: so many and no more, and no longer than healing can wait.</summary>
internal static class LastLines
{
    /// <summary>An engine that has not answered by then is not waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int MostLines = 2000;
    private const int MostCharacters = 256 * 1024;

    /// <returns>What came in time; null if nothing did.</returns>
    public static async Task<KeptLog?> ReadAsync(IContainerEngine engine, string containerId, InstanceId instance, string container, TimeProvider time, CancellationToken cancellation)
    {
        var (lines, characters, isWhole) = (new Queue<LogLine>(), 0L, true);
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await foreach (var line in engine.ReadLogsAsync(containerId, new LogQuery(Tail: MostLines), limit.Token))
            {
                var kept = line.Text.Length <= MostCharacters ? line : line with { Text = line.Text[^MostCharacters..] };
                lines.Enqueue(kept);
                characters += kept.Text.Length;
                while (characters > MostCharacters)
                {
                    characters -= lines.Dequeue().Text.Length;
                    isWhole = false;
                }
            }
        }
        catch (EngineException)
        {
            // What came before is better than nothing.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            isWhole = false;
        }
        return lines.Count == 0 ? null : KeptLog.Of(containerId, instance, container, lines, isWhole && lines.Count < MostLines);
    }
}
