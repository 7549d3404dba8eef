using System.Collections.Immutable;
using System.Data.Common;
using Portal.Api.Contracts;
using Portal.Core.Domain;
using Portal.Core.State;

namespace Portal.Api.Http;

/// <summary>Says what went wrong: one shape for refusals, framework errors and failures.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>How long a caller waits before it tries an absent store again, in seconds.</summary>
    private const int StoreRetrySeconds = 5;

    public static ProblemBody Of(int status, string? detail = null, ImmutableArray<Fault> faults = default)
    {
        var (word, title) = Words(status);
        var errors = faults.IsDefaultOrEmpty ? [] : faults.Select(f => new ProblemFault(f.Path, f.Message)).ToImmutableArray();
        return new ProblemBody($"urn:portal:problem:{word}", title, status, detail ?? title, errors);
    }

    /// <summary>The problem that an exception means, without a word of internals.</summary>
    public static ProblemBody From(Exception exception) => exception switch
    {
        RefusedException refused => FromRefusal(refused),
        HttpRefusal refusal => Of(refusal.Status, refusal.Message),
        BadHttpRequestException bad => Of(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? RequestBody.TooLarge : "The request is not valid HTTP."),
        _ when IsStoreAway(exception) => Of(StatusCodes.Status503ServiceUnavailable, "The store does not answer. Try again shortly."),
        _ => Of(StatusCodes.Status500InternalServerError, "Something went wrong inside Portal."),
    };

    public static async Task WriteAsync(HttpContext http, ProblemBody problem, int? retryAfterSeconds = null)
    {
        var response = http.Response;
        var allow = response.Headers.Allow;
        response.Clear();
        response.StatusCode = problem.Status;
        if (allow.Count > 0)
        {
            response.Headers.Allow = allow;
        }
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }
        if ((retryAfterSeconds ?? (problem.Status == StatusCodes.Status503ServiceUnavailable ? StoreRetrySeconds : null)) is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString();
        }
        await response.WriteAsJsonAsync(problem, ApiJson.Options, ContentType, http.RequestAborted);
    }

    private static ProblemBody FromRefusal(RefusedException refused)
    {
        var status = refused.Kind switch
        {
            RefusalKind.Invalid => StatusCodes.Status400BadRequest,
            RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        var faults = refused.Faults;
        if (faults.IsEmpty && refused.Kind == RefusalKind.Invalid)
        {
            faults = [new Fault("", refused.Message)];
        }
        return Of(status, refused.Message, faults);
    }

    /// <summary>Drivers wrap: an absent server may stand anywhere in the chain.</summary>
    private static bool IsStoreAway(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is StoreUnavailableException || e is DbException { IsTransient: true })
            {
                return true;
            }
        }
        return false;
    }

    private static (string Word, string Title) Words(int status) => status switch
    {
        400 => ("invalid", "The request is malformed"),
        401 => ("unauthenticated", "A valid token is needed"),
        403 => ("forbidden", "Not allowed"),
        404 => ("not-found", "Not found"),
        405 => ("method-not-allowed", "This method is not for this path"),
        406 => ("not-acceptable", "None of the accepted content types can be given"),
        409 => ("conflict", "In conflict with the present state"),
        413 => ("too-large", "The body is too large"),
        415 => ("unsupported-media-type", "This content type is not understood"),
        422 => ("unprocessable", "This cannot be done"),
        426 => ("upgrade-required", "A WebSocket is needed"),
        429 => ("too-many-requests", "Too many requests"),
        503 => ("unavailable", "Not available now"),
        >= 500 => ("internal", "Internal error"),
        _ => ("refused", "The request was refused"),
    };
}

/// <summary>A refusal that only HTTP knows: a wrong content type, a body too large, too many requests.</summary>
internal sealed class HttpRefusal(int status, string message, int? retryAfterSeconds = null) : Exception(message)
{
    public int Status { get; } = status;

    public int? RetryAfterSeconds { get; } = retryAfterSeconds;
}
