using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>Adds up what an engine says of the layers of one pull.</summary>
public sealed class PullCount
{
    // The engine's own words, as its API gives them.
    private const string Exists = "Already exists";
    private const string Done = "Pull complete";
    private const string Downloading = "Downloading";
    private const string Downloaded = "Download complete";
    private static readonly string[] s_layerWords = [Exists, Done, Downloading, Downloaded, "Pulling fs layer", "Waiting", "Verifying Checksum", "Extracting"];
    private readonly Dictionary<string, (long Bytes, long Come, bool IsThere)> _layers = new(StringComparer.Ordinal);

    /// <summary>Takes one report in.</summary>
    public void Add(PullProgress progress)
    {
        if (progress.Layer is not { } layer || !s_layerWords.Contains(progress.Status))
        {
            return;
        }
        var (bytes, come, _) = _layers.GetValueOrDefault(layer);
        // While it is extracted, the same fields count extracted bytes.
        (bytes, come) = progress.Status == Downloading ? (progress.Total ?? bytes, progress.Current ?? come)
            : progress.Status is Downloaded or Done ? (bytes, bytes) : (bytes, come);
        _layers[layer] = (bytes, come, progress.Status is Exists or Done);
    }

    /// <summary>What they add up to.</summary>
    public PullTally Tally => new(_layers.Count, _layers.Values.Count(l => l.IsThere), _layers.Values.Sum(l => l.Bytes), _layers.Values.Sum(l => l.Come));
}
