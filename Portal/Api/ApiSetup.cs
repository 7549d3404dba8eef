using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Accounts;
using Portal.Api.Endpoints;
using Portal.Api.Http;
using Portal.Api.OpenApi;
using Portal.Api.Watch;
using Portal.Telemetry;

namespace Portal.Api;

/// <summary>The HTTP API over the services of Portal.Core.</summary>
public static class ApiSetup
{
    // A console whose other side vanished is noticed, and closed.
    private static readonly WebSocketOptions Sockets = new() { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>Adds what the API needs besides the services of Portal.Core, <see cref="Core.State.IReadiness"/> and a <see cref="TimeProvider"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="limits">Bounds of what one caller may ask.</param>
    public static IServiceCollection AddPortalApi(this IServiceCollection services, ApiLimits? limits = null)
    {
        services.AddAuthentication();
        services.ConfigureHttpJsonOptions(o => ApiJson.Apply(o.SerializerOptions));
        services.AddSingleton(limits ?? new ApiLimits());
        services.AddSingleton(WatchOptions.Default);
        services.AddSingleton<RequestLimiter>();
        services.AddSingleton<ApiAuthenticator>();
        services.TryAddSingleton<BrowserSessions>();
        services.AddSingleton<RightsWatch>();
        services.AddSingleton<SettledWaiter>();
        services.AddSingleton<WatchHub>();
        services.AddSingleton<MeterRecorder>();
        services.AddSingleton<UsageWatch>();
        services.AddApiDescription();
        services.AddSingleton<DescriptionDocument>();
        return services;
    }

    /// <summary>Maps the API, its description and its health. Call it before anything that answers every path.</summary>
    public static void MapPortalApi(this WebApplication app)
    {
        MapPortalHealth(app);
        MapEndpoints(app);
        app.MapGet("/openapi/v1.json", async (DescriptionDocument document, HttpContext http) => Results.Bytes(await document.ReadAsync(http.RequestAborted), RequestBody.Json))
            .WithMetadata(new ApiEndpoint(Public: true)).ExcludeFromDescription();
    }

    /// <summary>Maps health and the process's own figures, for one that serves nothing else; other paths of the API are not found there.</summary>
    public static void MapPortalAgent(this WebApplication app)
    {
        MapPortalHealth(app);
        PrometheusEndpoints.MapProcess(app);
        PrometheusEndpoints.MapProcess(app.MapGroup(Paths.Base), "V1");
    }

    private static void MapPortalHealth(WebApplication app)
    {
        app.UseWhen(http => IsOfApi(http.Request.Path), branch => branch.UseWebSockets(Sockets).UseMiddleware<ApiPipeline>());
        HealthEndpoints.Map(app);
        HealthEndpoints.Map(app.MapGroup(Paths.Base), "V1");
    }

    private static void MapEndpoints(IEndpointRouteBuilder root)
    {
        var api = root.MapGroup(Paths.Base).WithMetadata(new ApiEndpoint(Public: false)).AnswersAsAll();
        HostEndpoints.Map(api);
        RebalanceEndpoints.Map(api);
        TeamEndpoints.Map(api);
        MemberEndpoints.Map(api);
        UserEndpoints.Map(api);
        AppEndpoints.Map(api);
        AppChangeEndpoints.Map(api);
        RolloutEndpoints.Map(api);
        RunEndpoints.Map(api);
        InstanceEndpoints.Map(api);
        HealthTryEndpoints.Map(api);
        ScalingEndpoints.Map(api);
        LogEndpoints.Map(api);
        ConsoleEndpoints.Map(api);
        HistoryEndpoints.Map(api);
        MetricEndpoints.Map(api);
        ServiceEndpoints.Map(api);
        AlertEndpoints.Map(api);
        WatchEndpoints.Map(api);
        PrometheusEndpoints.Map(root);
        PrometheusEndpoints.Map(root.MapGroup(Paths.Base), "V1");
    }

    private static bool IsOfApi(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/openapi")
        || path == "/metrics" || path.StartsWithSegments("/sd")
        || path == "/healthz" || path == "/readyz";
}
