using System.Globalization;
using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>Reads the query parameters that an endpoint declares, and collects every fault instead of stopping at the first.</summary>
internal sealed class QueryReader
{
    private const int MaxTextLength = 256;
    private readonly IQueryCollection _query;
    private readonly IReadOnlyList<QueryParameter> _known;
    private readonly List<Fault> _faults = [];

    public QueryReader(HttpContext http)
    {
        _query = http.Request.Query;
        _known = http.GetEndpoint()?.Metadata.GetMetadata<QueryMetadata>()?.Parameters ?? [];
        foreach (var (name, values) in _query)
        {
            if (!_known.Any(p => p.Name == name))
            {
                Fault(name, _known.Count == 0 ? "unknown parameter; this call takes none" : $"unknown parameter; known are {string.Join(", ", _known.Select(p => p.Name))}");
            }
            else if (values.Count > 1)
            {
                Fault(name, "is given more than once");
            }
        }
    }

    public string? Text(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        if (text.Length > MaxTextLength || text.Any(char.IsControl))
        {
            Fault(name, $"must be at most {MaxTextLength} characters, none of them a control character");
            return null;
        }
        return text;
    }

    public bool Flag(string name)
    {
        var text = Value(name);
        if (text is not null and not "true" and not "false")
        {
            Fault(name, "must be true or false");
        }
        return text == "true";
    }

    public int? Integer(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        var known = _known.First(p => p.Name == name);
        var (min, max) = (known.Minimum ?? int.MinValue, known.Maximum ?? int.MaxValue);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }
        Fault(name, $"must be a whole number from {min} to {max}");
        return null;
    }

    public TEnum? Word<TEnum>(string name) where TEnum : struct, Enum
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        if (Words.TryParse<TEnum>(text, out var value))
        {
            return value;
        }
        Fault(name, $"must be one of {string.Join(", ", Words.Of<TEnum>())}");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        if (Rfc3339.TryParse(text, out var time))
        {
            return time;
        }
        Fault(name, "must be a time such as 2026-01-31T12:00:00Z");
        return null;
    }

    public TimeSpan? Duration(string name, TimeSpan most)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        if (DurationText.TryParse(text, out var duration) && duration >= TimeSpan.Zero && duration <= most)
        {
            return duration;
        }
        Fault(name, $"must be a duration such as 10s or 5m, of at most {DurationText.Format(most)}");
        return null;
    }

    public void Fault(string name, string message) => _faults.Add(new Fault(name, message));

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Refuses if anything was wrong.</summary>
    public void Done() => Bodies.RefuseIfAny([.. _faults]);

    /// <summary>An empty value counts as none: filters are often sent empty.</summary>
    private string? Value(string name) => _query.TryGetValue(name, out var values) && values.Count == 1 && values[0] is { Length: > 0 } text ? text : null;
}
