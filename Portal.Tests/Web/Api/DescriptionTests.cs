using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Web.Api;

public sealed class DescriptionTests
{
    [Fact]
    public async Task DescribesEveryEndpointAndNothingElse()
    {
        await using var host = await ApiHost.StartAsync();
        var mapped = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal) || e.RoutePattern.RawText.EndsWith('z') || e.RoutePattern.RawText is "/metrics" or "/sd/prometheus")
            .SelectMany(e => e.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(m =>
                $"{m} {e.RoutePattern.RawText!.TrimEnd('/')} {string.Join(' ', e.Metadata.OfType<IProducesResponseTypeMetadata>().Select(p => p.StatusCode).Distinct().Order())}"));
        var document = await ReadAsync(host);
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o =>
            $"{o.Name.ToUpperInvariant()} {p.Name} {string.Join(' ', o.Value.GetProperty("responses").EnumerateObject().Select(r => int.Parse(r.Name)).Order())}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.True(described.Count() > 40);
    }

    [Fact]
    public async Task DescribesWhatEveryEndpointReads()
    {
        await using var host = await ApiHost.StartAsync();
        var document = await ReadAsync(host);
        foreach (var endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<ApiEndpoint>() is { Public: false }))
        {
            var operation = document.GetProperty("paths").GetProperty(endpoint.RoutePattern.RawText!.TrimEnd('/'))
                .GetProperty(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single().ToLowerInvariant());
            // A handler that forgets to declare its query would refuse all of it.
            Assert.NotNull(endpoint.Metadata.GetMetadata<QueryMetadata>());
            Assert.Equal(endpoint.RoutePattern.Parameters.Select(p => "path " + p.Name).Concat(endpoint.Metadata.GetMetadata<QueryMetadata>()!.Parameters.Select(p => "query " + p.Name))
                .Concat(endpoint.Metadata.OfType<HeaderMetadata>().Select(h => "header " + h.Name)).Order(),
                (operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default).Select(p => $"{p.GetProperty("in").GetString()} {p.GetProperty("name").GetString()}").Order());
            Assert.Equal(endpoint.Metadata.GetMetadata<BodyMetadata>() is not null, operation.TryGetProperty("requestBody", out _));
            Assert.Equal("""[{"bearer":[]}]""", operation.GetProperty("security").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
            Assert.True(operation.TryGetProperty("summary", out _));
        }
    }

    [Fact]
    public async Task DescribesTheAppSpecAsItIsReadAndWritten()
    {
        await using var host = await ApiHost.StartAsync();
        var document = await ReadAsync(host);
        var check = new SchemaCheck(document);
        var schema = check.Component("AppSpec");
        var least = JsonDocument.Parse(SpecCodec.WriteJson(new AppSpec { Image = "nginx" }, 1)).RootElement;
        var full = JsonDocument.Parse(SpecCodec.WriteJson(Full, 3)).RootElement;
        Assert.Empty(check.Check(schema, least));
        Assert.Empty(check.Check(schema, full));
        var job = JsonDocument.Parse(SpecCodec.WriteJson(new AppSpec { Image = "nginx", Kind = AppKind.Job, Job = new JobSpec() }, null)).RootElement;
        Assert.Empty(check.Check(schema, job));
        var jobSchema = schema.GetProperty("properties").GetProperty("job");
        Assert.Empty(Differences(schema, least, "").Except(["job is described but not written", "initContainers is described but not written", "scaling is described but not written"]).Concat(Names(schema, full, "")));
        Assert.Empty(Differences(jobSchema, job.GetProperty("job"), "job.").Concat(Names(jobSchema, job.GetProperty("job"), "job")));
    }

    [Theory]
    [InlineData("hosts/a", """{"endpoint":"tcp://a:2376","address":null,"labels":{"a":"b"},"tls":{"ca":"1","cert":"2","key":"3"},"grace":"20s"}""")]
    [InlineData("teams/a", """{"displayName":"A","quota":{"cpus":1.5,"memory":"1G","instances":3}}""")]
    [InlineData("teams/default/apps/a", """{"image":"nginx","env":{"A":"b"},"update":{"maxSurge":"25%"}}""")]
    [InlineData("teams/default/apps/a", """{"image":"nginx","volumes":[{"name":"d","path":"/d"}],"initContainers":[{"name":"i","image":"a","volumes":[{"name":"d","path":"/x"}]}],"sidecars":[{"name":"s","image":"a","health":{"kind":"command","command":["true"]}}]}""")]
    public async Task TakesWhatItDescribes(string path, string body)
    {
        await using var host = await ApiHost.StartAsync();
        var document = await ReadAsync(host);
        var template = path switch { "hosts/a" => "/api/v1/hosts/{name}", "teams/a" => "/api/v1/teams/{team}", _ => "/api/v1/teams/{team}/apps/{app}" };
        var schema = document.GetProperty("paths").GetProperty(template).GetProperty("put").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var check = new SchemaCheck(document);
        Assert.Empty(check.Check(schema, JsonDocument.Parse(body).RootElement));
        Assert.NotEmpty(check.Check(schema, JsonDocument.Parse(body.Replace("{\"", "{\"bogus\":1,\"", StringComparison.Ordinal)).RootElement));
        (await host.PutAsync("/" + path, body)).Is(201);
    }

    /// <summary>Fields whose default is described otherwise than what an AppSpec that names only its image holds.</summary>
    private static IEnumerable<string> Differences(JsonElement schema, JsonElement value, string path)
    {
        foreach (var (name, rule) in schema.GetProperty("properties").EnumerateObject().Select(p => (p.Name, p.Value)).Where(p => p.Name != "image"))
        {
            if (!value.TryGetProperty(name, out var present))
            {
                yield return $"{path}{name} is described but not written";
            }
            else if (rule.TryGetProperty("properties", out _))
            {
                foreach (var inner in Differences(rule, present, $"{path}{name}."))
                {
                    yield return inner;
                }
            }
            else if (rule.TryGetProperty("default", out var fallback) && !JsonElement.DeepEquals(fallback, present))
            {
                yield return $"{path}{name} is {present}, not {fallback}";
            }
        }
    }

    /// <summary>Fields that are written but not described, in lists too.</summary>
    private static IEnumerable<string> Names(JsonElement schema, JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Array when schema.TryGetProperty("items", out var item) => value.EnumerateArray().SelectMany(v => Names(item, v, path + "[]")),
        JsonValueKind.Object when schema.TryGetProperty("properties", out var known) => value.EnumerateObject().SelectMany(p =>
            known.TryGetProperty(p.Name, out var rule) ? Names(rule, p.Value, $"{path}.{p.Name}") : [$"{path}.{p.Name} is written but not described"]),
        _ => [],
    };

    private static AppSpec Full => new()
    {
        Image = "nginx",
        Command = ["a"],
        Ports = [new PortSpec("http", 80)],
        Volumes = [new VolumeSpec("data", "/data")],
        Sidecars = [new PartSpec { Name = "log", Image = "a", Volumes = [new MountSpec("data", "/in")] }],
        InitContainers = [new PartSpec { Name = "fetch", Image = "a" }],
        Resources = new ResourcesSpec { Reservations = new Resources(0.1, 64 << 20), LimitCpus = 1, LimitMemoryBytes = 1 << 30 },
        Update = new UpdateSpec { MaxSurge = new CountOrPercent(25, true) },
    };

    private static async Task<JsonElement> ReadAsync(ApiHost host) => (await host.GetAsync("//openapi/v1.json")).Is(200).Json;
}
