namespace Portal.Api.Http;

/// <summary>One query parameter of an endpoint: read by <see cref="QueryReader"/> and described in the OpenAPI document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, for the description.</param>
/// <param name="Type">The JSON type of its value.</param>
internal sealed record QueryParameter(string Name, string Description, QueryType Type = QueryType.Text)
{
    /// <summary>The words it takes; empty for any.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
    /// <summary>The least number; null for none.</summary>
    public int? Minimum { get; init; }
    /// <summary>The greatest number; null for none.</summary>
    public int? Maximum { get; init; }
    /// <summary>What holds where it is not named, as text; null for nothing.</summary>
    public string? Default { get; init; }
}

/// <summary>What a query parameter's value is.</summary>
internal enum QueryType
{
    /// <summary>Any text.</summary>
    Text,
    /// <summary>A whole number.</summary>
    Integer,
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,
    /// <summary>A time of RFC 3339.</summary>
    Time,
    /// <summary>As <c>5m</c>.</summary>
    Duration,
}

/// <summary>Parameters that several endpoints share.</summary>
internal static class QueryParameters
{
    public static readonly QueryParameter Limit = new("limit", "At most so many items.", QueryType.Integer) { Minimum = 1, Maximum = Paging.MaxLimit, Default = "1000" };
    public static readonly QueryParameter After = new("after", "Goes on behind the page whose `next` this is. Opaque.");
    public static readonly QueryParameter Message = new("message", "Why, as the revision keeps it.");
    public static readonly QueryParameter Team = new("team", "Only of that team.");
    public static readonly QueryParameter Host = new("host", "Only on that host.");
}

/// <summary>Endpoint metadata: the query parameters that an endpoint knows. Any other is refused.</summary>
internal sealed record QueryMetadata(IReadOnlyList<QueryParameter> Parameters);
