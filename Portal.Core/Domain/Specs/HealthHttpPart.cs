using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>What the health policy sends over http, and what it expects.</summary>
internal static class HealthHttpPart
{
    private const int MaxHeaders = 20;
    private const int MaxNameLength = 100;
    private const int MaxValueLength = 2048;
    private const int MaxTextLength = 1024;

    /// <summary>Headers that say how the request itself travels: those are the probe's own.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    public static ImmutableSortedDictionary<string, string> ReadHeaders(BodyReader health)
    {
        var headers = health.TextMap("headers", CheckName, MaxValueLength);
        if (headers.Count > MaxHeaders)
        {
            health.Fault("headers", $"must have at most {MaxHeaders} entries");
        }
        foreach (var (name, value) in headers)
        {
            if (value.Any(c => c is < ' ' or > '~') || value != value.Trim())
            {
                health.Faults.Add($"{health.PathOf("headers")}.{BodyPath.Printable(name)}", "must be printable ASCII, without blanks at its ends");
            }
        }
        foreach (var twice in headers.Keys.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            health.Fault("headers", $"has {twice.Last()} twice: names of headers do not differ by case");
        }
        return headers;
    }

    public static HealthMatch ReadMatch(BodyReader match) => new()
    {
        Status = ReadStatus(match) ?? StatusRanges.Default,
        Body = match.Text("body", MaxTextLength),
    };

    /// <summary>What would silently do nothing is a fault.</summary>
    public static void CheckKind(BodyReader health, HealthSpec spec)
    {
        if (spec.Kind == HealthKind.Http)
        {
            return;
        }
        var match = health.PathOf("match");
        if (!spec.Headers.IsEmpty)
        {
            health.Fault("headers", "needs the kind http");
        }
        if (spec.Match.Status != StatusRanges.Default && !health.Faults.Has($"{match}.status"))
        {
            health.Faults.Add($"{match}.status", "needs the kind http");
        }
        if (spec.Match.Body is not null)
        {
            health.Faults.Add($"{match}.body", "needs the kind http");
        }
    }

    /// <summary>A text such as <c>200-299,401</c>, one status, or a list of either.</summary>
    private static StatusRanges? ReadStatus(BodyReader match)
    {
        if (match.Take("status") is not { } node)
        {
            return null;
        }
        var parts = (node.Kind == NodeKind.List ? node.Items : [node]).Select(i => i.AsText ?? (i.Kind == NodeKind.Number ? i.Literal : ""));
        if (StatusRanges.TryParse(string.Join(',', parts), out var ranges))
        {
            return ranges;
        }
        match.Fault("status", StatusRanges.Rule);
        return null;
    }

    private static string? CheckName(string name) =>
        name.Length is 0 or > MaxNameLength || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c)) ? "must be the name of a header"
        : Own.Contains(name) ? "must not be one that says how the request travels"
        : null;
}
