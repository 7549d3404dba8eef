namespace Portal.Composition;

/// <summary>What a browser may do with our pages: nothing from elsewhere, no frame around them.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // The YAML editor writes its styles into the page.
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }
}
