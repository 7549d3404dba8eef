using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Core.State.Services;

/// <summary>The difference between two specs in a few words, without the values of env: events are seen by Viewers.</summary>
internal static class SpecChangeText
{
    private const int Most = 5;
    private const int LongestValue = 80;

    public static string Of(AppSpec old, AppSpec @new, int oldReplicas, int newReplicas)
    {
        var changes = SpecDiff.Between(old, @new, hideEnv: true).Select(Describe).ToList();
        if (oldReplicas != newReplicas)
        {
            changes.Add($"replicas {oldReplicas} becomes {newReplicas}");
        }
        var more = changes.Count > Most ? $", and {changes.Count - Most} more" : "";
        return string.Join(", ", changes.Take(Most)) + more;
    }

    private static string Describe(FieldChange change) => (change.Old, change.New) switch
    {
        (null, null) => $"{change.Path} changed",
        (null, var added) => $"{change.Path} becomes {Short(added!)}",
        (var removed, null) => $"{change.Path} {Short(removed!)} is removed",
        var (before, after) when before == after => $"{change.Path} changed",
        var (before, after) => $"{change.Path} {Short(before!)} becomes {Short(after!)}",
    };

    private static string Short(string value) => value.Length > LongestValue ? value[..LongestValue] + "…" : value;
}
