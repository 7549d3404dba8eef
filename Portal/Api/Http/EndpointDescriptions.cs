using Portal.Api.Contracts;

namespace Portal.Api.Http;

/// <summary>Endpoint metadata: which body an endpoint reads. Read by its handler, so here only for the description.</summary>
/// <param name="Shape">A type of that shape.</param>
/// <param name="Yaml">Whether YAML will do too.</param>
/// <param name="Required">Whether it must be there.</param>
internal sealed record BodyMetadata(Type Shape, bool Yaml, bool Required);

/// <summary>Endpoint metadata: headers that an endpoint heeds.</summary>
internal sealed record HeaderMetadata(string Name, string Description);

/// <summary>Endpoint metadata: 2xx answers carry the generation as their ETag.</summary>
internal sealed record TagMetadata;

/// <summary>How endpoints say what they take and give; the OpenAPI document is made of it.</summary>
internal static class EndpointDescriptions
{
    /// <summary>Names the call, and the problems that it may answer with besides those of every call.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string name, string summary, params ReadOnlySpan<int> problems)
    {
        endpoint.WithName(name).WithSummary(summary);
        foreach (var status in problems)
        {
            endpoint.Produces<ProblemBody>(status, Problems.ContentType);
        }
        return endpoint;
    }

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) =>
        endpoint.Produces<T>(status, RequestBody.Json);

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, bool yaml = false, bool required = true) =>
        endpoint.WithMetadata(new BodyMetadata(typeof(T), yaml, required));

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder endpoint, params QueryParameter[] parameters) =>
        endpoint.WithMetadata(new QueryMetadata(parameters));

    /// <summary>A list that comes in pages.</summary>
    public static RouteHandlerBuilder Paged<T>(this RouteHandlerBuilder endpoint, params QueryParameter[] filters) =>
        endpoint.Gives<Page<T>>().Query([.. filters, QueryParameters.Limit, QueryParameters.After]);

    /// <summary>A change of an app, which heeds <c>If-Match</c> and tags its answer.</summary>
    public static RouteHandlerBuilder Changes(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new TagMetadata(),
        new HeaderMetadata("If-Match", "The generation that the app must have, such as \"3\"; * for any, if it is there. Otherwise 409."));

    /// <summary>Problems of every call that needs a token.</summary>
    public static TBuilder AnswersAsAll<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in (ReadOnlySpan<int>)[400, 401, 429, 500, 503])
        {
            endpoints.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), [Problems.ContentType]));
        }
        return endpoints;
    }
}
