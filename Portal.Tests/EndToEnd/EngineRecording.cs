using System.Collections.Concurrent;
using System.Text.Json;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Everything that happened to an app's containers on all engines, in the order of the engines' own clocks, which are one
/// here. Sampling would miss what lasts a few milliseconds; this does not.
/// </summary>
internal sealed class EngineRecording : IAsyncDisposable
{
    private sealed record Step(long At, string Container, string Action);

    private static readonly string[] Actions = ["create", "start", "die", "destroy"];
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Step> _steps = [];
    private readonly List<Task> _readers = [];

    public static async Task<EngineRecording> StartAsync(IEnumerable<HttpClient> engines, string label, string app)
    {
        var recording = new EngineRecording();
        var filters = JsonSerializer.Serialize(new { type = new[] { "container" }, label = new[] { label, $"portal.app={app}" }, @event = Actions });
        foreach (var engine in engines)
        {
            var stream = await engine.GetStreamAsync(new Uri($"/events?filters={Uri.EscapeDataString(filters)}", UriKind.Relative));
            recording._readers.Add(recording.ReadAsync(new StreamReader(stream)));
        }
        return recording;
    }

    /// <summary>The fewest that ran and the most that were there at any moment, from the numbers at the beginning.</summary>
    public (int LeastRunning, int MostPresent) Bounds(int running, int present)
    {
        var (least, most) = (running, present);
        foreach (var step in _steps.OrderBy(s => s.At))
        {
            running += step.Action switch { "start" => 1, "die" => -1, _ => 0 };
            present += step.Action switch { "create" => 1, "destroy" => -1, _ => 0 };
            (least, most) = (Math.Min(least, running), Math.Max(most, present));
        }
        return (least, most);
    }

    /// <summary>How many containers were made.</summary>
    public int Created => _steps.Count(s => s.Action == "create");

    /// <summary>A line a step.</summary>
    public override string ToString() => string.Join('\n', _steps.OrderBy(s => s.At).Select(s => $"{s.At / 1_000_000 % 10_000_000} {s.Action} {s.Container}"));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_readers);
        _end.Dispose();
    }

    private async Task ReadAsync(StreamReader lines)
    {
        using (lines)
        {
            try
            {
                while (await lines.ReadLineAsync(_end.Token) is { } line)
                {
                    var step = JsonDocument.Parse(line).RootElement;
                    _steps.Add(new Step(step.GetProperty("timeNano").GetInt64(),
                        step.GetProperty("Actor").GetProperty("Attributes").GetProperty("name").GetString()!, step.GetProperty("Action").GetString()!));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The recording or its engine ended.
            }
        }
    }
}
