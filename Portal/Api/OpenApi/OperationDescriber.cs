using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Portal.Api.Contracts;
using Portal.Api.Http;

namespace Portal.Api.OpenApi;

/// <summary>Adds to an operation what only our own metadata knows: its body, query, headers, and who may call it.</summary>
internal sealed class OperationDescriber : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<BodyMetadata>().LastOrDefault() is { } body)
        {
            operation.RequestBody = await DescribeBodyAsync(body, context, cancellationToken);
        }
        operation.Parameters ??= [];
        // Of a handler that several paths share only those are known that it names.
        if (context.Description.RelativePath?.Contains("{team}", StringComparison.Ordinal) == true && !operation.Parameters.Any(p => p.Name == "team"))
        {
            operation.Parameters.Insert(0, new OpenApiParameter { Name = "team", In = ParameterLocation.Path, Required = true });
        }
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            DescribePath(parameter);
        }
        foreach (var parameter in metadata.OfType<QueryMetadata>().SelectMany(q => q.Parameters))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name, In = ParameterLocation.Query, Description = parameter.Description, Schema = SchemaOf(parameter),
            });
        }
        foreach (var header in metadata.OfType<HeaderMetadata>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name, In = ParameterLocation.Header, Description = header.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        DescribeAnswers(operation, metadata.OfType<TagMetadata>().Any());
        if (metadata.OfType<ApiEndpoint>().Last() is { Public: false })
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDescription.BearerScheme, context.Document)] = [] }];
        }
    }

    private static async Task<OpenApiRequestBody> DescribeBodyAsync(BodyMetadata body, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var document = context.Document!;
        var name = body.Shape == typeof(SpecBody) ? AppSpecSchema.Name : body.Shape.Name.Replace("Body", "", StringComparison.Ordinal);
        if (document.Components?.Schemas?.ContainsKey(name) != true)
        {
            var schema = await context.GetOrCreateSchemaAsync(body.Shape, null, cancellation);
            Close(schema);
            document.AddComponent(name, schema);
        }
        var media = new OpenApiMediaType { Schema = new OpenApiSchemaReference(name, document) };
        var content = new Dictionary<string, OpenApiMediaType> { [RequestBody.Json] = media };
        if (body.Yaml)
        {
            content[RequestBody.Yaml] = media;
        }
        return new OpenApiRequestBody { Required = body.Required, Content = content };
    }

    /// <summary>What nobody knows is refused, in inner objects too.</summary>
    private static void Close(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { Properties.Count: > 0 } known)
        {
            known.AdditionalPropertiesAllowed = false;
            foreach (var property in known.Properties.Values)
            {
                Close(property);
            }
        }
    }

    /// <summary>The names in a path say what they can be.</summary>
    private static void DescribePath(OpenApiParameter parameter) => (parameter.Description, parameter.Schema) = parameter.Name switch
    {
        "id" => ("The id.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }),
        "number" => ("The revision's number.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" }),
        "user" => ("A user's id or e-mail address.", new OpenApiSchema { Type = JsonSchemaType.String }),
        "host" => ("A registry's host, with its port where it has one.", new OpenApiSchema { Type = JsonSchemaType.String }),
        _ => ("A DNS label.", new OpenApiSchema { Type = JsonSchemaType.String, Pattern = AppSpecSchema.LabelPattern }),
    };

    private static void DescribeAnswers(OpenApiOperation operation, bool tagged)
    {
        foreach (var (status, answer) in operation.Responses ?? [])
        {
            if (answer is not OpenApiResponse response)
            {
                continue;
            }
            if (response.Content?.TryGetValue("text/plain", out var plain) == true && plain is OpenApiMediaType text)
            {
                text.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A line is: time, instance, text." };
            }
            var (name, description) = status switch
            {
                "401" => ("WWW-Authenticate", "`Bearer`."),
                "405" => ("Allow", "The methods that the path knows."),
                "429" or "503" => ("Retry-After", "Seconds to wait."),
                "201" => ("Location", "Where what is new can be read, where it can be read by itself."),
                _ => ("", ""),
            };
            if (name.Length > 0)
            {
                Add(response, name, description);
            }
            if (tagged && status.StartsWith('2'))
            {
                Add(response, "ETag", "The app's generation, for If-Match.");
            }
        }
    }

    private static void Add(OpenApiResponse response, string header, string description)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[header] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }

    private static OpenApiSchema SchemaOf(QueryParameter parameter)
    {
        var schema = new OpenApiSchema
        {
            Type = parameter.Type switch { QueryType.Integer => JsonSchemaType.Integer, QueryType.Flag => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
            Format = parameter.Type switch { QueryType.Time => "date-time", QueryType.Integer => "int32", _ => null },
            Pattern = parameter.Type == QueryType.Duration ? AppSpecSchema.DurationPattern : null,
            Minimum = parameter.Minimum?.ToString(),
            Maximum = parameter.Maximum?.ToString(),
            Default = parameter.Default is null ? null : parameter.Type == QueryType.Text ? JsonValue.Create(parameter.Default) : JsonNode.Parse(parameter.Default),
        };
        if (parameter.Words.Count > 0)
        {
            schema.Enum = [.. parameter.Words.Select(w => (JsonNode)JsonValue.Create(w)!)];
        }
        return schema;
    }
}
