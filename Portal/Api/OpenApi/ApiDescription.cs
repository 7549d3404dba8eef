using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Portal.Api.Contracts;
using Portal.Api.Http;

namespace Portal.Api.OpenApi;

/// <summary>The OpenAPI document: made of the mapped endpoints and their metadata, so that it says what they do.</summary>
internal static class ApiDescription
{
    public const string BearerScheme = "bearer";
    public const string Document = "v1";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<ApiEndpoint>().Any();
        options.CreateSchemaReferenceId = info => info.Type == typeof(SpecBody) ? AppSpecSchema.Name
            : OpenApiOptions.CreateDefaultSchemaReferenceId(info)?.Replace("Body", "", StringComparison.Ordinal);
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(SpecBody))
            {
                AppSpecSchema.Fill(schema);
            }
            else if (context.JsonTypeInfo.Type == typeof(HealthPolicyBody))
            {
                HealthSchema.Fill(schema);
            }
            else if (context.JsonTypeInfo.Type == typeof(ScalingPolicyBody))
            {
                ScalingSchema.Fill(schema);
            }
            return Task.CompletedTask;
        });
        options.AddOperationTransformer<OperationDescriber>();
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Portal",
            Version = "v1",
            Description = "Deploys apps on Docker hosts and keeps them as described. JSON in camelCase; times are RFC 3339 in UTC; durations are texts "
                + "such as `500ms`, `10s`, `5m`, `1h`; memory is a text such as `64M` or `1G`, in powers of 1024. Unknown fields and query parameters are refused by name. "
                + "Every error is `application/problem+json` and names all faults at once; a refused request changes nothing.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of `POST /api/v1/tokens`, or the bootstrap token." },
        };
    }
}
