using System.Globalization;
using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>What a request says of the state that it wants to change.</summary>
/// <param name="Generation">The app must have this generation; 0: must not exist; null for no wish.</param>
/// <param name="MustExist">Any generation will do, but the app must be there.</param>
internal readonly record struct Precondition(long? Generation, bool MustExist)
{
    private const string Malformed = "must be one generation such as \"3\", or *";

    /// <summary>Reads <c>If-Match</c> and <c>If-None-Match: *</c>; a malformed one is refused.</summary>
    public static Precondition Read(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (headers.IfNoneMatch.Count > 0)
        {
            return headers.IfNoneMatch.ToString().Trim() == "*" && headers.IfMatch.Count == 0 ? new Precondition(0, false)
                : throw Refuse("If-None-Match", "must be *, and not beside If-Match");
        }
        if (headers.IfMatch.Count == 0)
        {
            return default;
        }
        var text = headers.IfMatch.ToString().Trim();
        if (text == "*")
        {
            return new Precondition(null, true);
        }
        var quoted = text.Length > 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
        return long.TryParse(quoted, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? new Precondition(generation, false) : throw Refuse("If-Match", Malformed);
    }

    private static RefusedException Refuse(string header, string message) => new(RefusalKind.Invalid, $"{header} {message}.", new Fault(header, message));
}
