using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Api;
using Portal.Core.Domain;
using Portal.Core.State;
using Portal.Core.State.Alerts;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

/// <summary>The API over fakes, served by a real Kestrel on a loopback port. Every answer must be as the API describes itself.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string AdminToken = "admin-secret";
    public const string ViewerToken = "viewer-secret";

    // The description is the same for every host.
    private static readonly DescribedAnswers Described = new();

    private readonly WebApplication _app;

    private ApiHost(ApiLimits? limits, Action<IServiceCollection>? configure, bool healthOnly)
    {
        Apps = new FakeAppService(Live);
        Rollouts = new FakeRolloutService(Apps);
        Jobs = new FakeJobService(Apps);
        Hosts = new FakeHostService(Live);
        Users = new FakeUsers(TimeProvider.System);
        Teams = new FakeTeams(Users, TimeProvider.System);
        Tokens = new ApiTokens(TimeProvider.System) { Bearers = { [AdminToken] = Given.Admin, [ViewerToken] = Given.Member("default", TeamRole.Viewer) } };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseKestrelHttpsConfiguration();
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ILiveState>(Live);
        services.AddSingleton<IAppService>(Apps);
        services.AddSingleton<IRolloutService>(Rollouts);
        services.AddSingleton<IJobService>(Jobs);
        services.AddSingleton<IHostService>(Hosts);
        services.AddSingleton<IRebalanceService, FakeRebalanceService>();
        services.AddSingleton<IHostLoss>(Loss);
        services.AddSingleton<IHealthTrial>(Trial);
        services.AddSingleton<IScalingService>(Scaling);
        services.AddSingleton<IConsoleService>(Consoles);
        services.AddSingleton<IUserService>(Users);
        services.AddSingleton<ITeamService>(Teams);
        services.AddSingleton<ITokenService>(Tokens);
        services.AddSingleton<IHistoryService>(History);
        services.AddSingleton<IMetricService>(Metrics);
        services.AddSingleton<IExternalServices>(new FakeExternalServices(Live));
        services.AddSingleton<IReadiness>(Readiness);
        services.AddSingleton<IAlertService>(Alerts);
        services.AddSingleton<IAlertFeed>(Alerts);
        services.AddPortalApi(limits);
        configure?.Invoke(services);
        _app = builder.Build();
        _app.Use(DescribedAnswers.TellRouteAsync);
        if (healthOnly)
        {
            _app.MapPortalAgent();
        }
        else
        {
            _app.MapPortalApi();
        }
        _app.MapGet("/{**anything}", () => "a page");
    }

    public FakeLiveState Live { get; } = new();
    public FakeScalingService Scaling { get; } = new();
    public FakeAppService Apps { get; }
    public FakeRolloutService Rollouts { get; }

    public FakeJobService Jobs { get; }
    public FakeHostService Hosts { get; }
    public FakeUsers Users { get; }
    public FakeTeams Teams { get; }
    public ApiTokens Tokens { get; }
    public FakeHistoryService History { get; } = new();
    public FakeMetrics Metrics { get; } = new();
    public FakeAlerts Alerts { get; } = new();
    public FakeReadiness Readiness { get; } = new();
    public FakeHostLoss Loss { get; } = new();
    public FakeHealthTrial Trial { get; } = new();
    public FakeConsoles Consoles { get; } = new();
    public IServiceProvider Services => _app.Services;
    public HttpClient Client { get; private set; } = null!;

    public static async Task<ApiHost> StartAsync(ApiLimits? limits = null, Action<IServiceCollection>? configure = null, bool healthOnly = false)
    {
        var host = new ApiHost(limits, configure, healthOnly);
        await host._app.StartAsync();
        var address = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host.Client = new HttpClient { BaseAddress = new Uri(address) };
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        return host;
    }

    public Task<ApiAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> PutAsync(string path, string json, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Put, path, json, headers);

    public Task<ApiAnswer> PostAsync(string path, string? json = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, json, headers);

    public Task<ApiAnswer> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>A call below the API's base, or anywhere where the path begins with two slashes.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("//", StringComparison.Ordinal) ? path[1..] : "/api/v1" + path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        await Described.CheckAsync(Client, response, text);
        return new ApiAnswer(response, text);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Readiness that a test sets.</summary>
internal sealed class FakeReadiness : IReadiness
{
    public string? Reason { get; set; }

    public Task<string?> NotReadyReasonAsync(CancellationToken cancellation) => Task.FromResult(Reason);
}

/// <summary>Writes down which hosts were confirmed as lost.</summary>
internal sealed class FakeHostLoss : IHostLoss
{
    public List<HostId> Confirmed { get; } = [];

    public Task<bool> ConfirmAsync(Actor actor, HostId host, CancellationToken cancellation)
    {
        Confirmed.Add(host);
        return Task.FromResult(true);
    }
}

/// <summary>An answer, read to its end.</summary>
internal sealed class ApiAnswer(HttpResponseMessage response, string text)
{
    public HttpStatusCode Status { get; } = response.StatusCode;
    public int Code => (int)Status;
    public string Text { get; } = text;
    public string? ContentType { get; } = response.Content.Headers.ContentType?.ToString();
    public string? Tag { get; } = response.Headers.ETag?.ToString();
    public string? Location { get; } = response.Headers.Location?.ToString();
    public int? RetryAfter { get; } = (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds;
    public IReadOnlyList<string> Allow { get; } = [.. response.Content.Headers.Allow];
    public string Challenge { get; } = response.Headers.WwwAuthenticate.ToString();
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The faults of a problem, as <c>path: message</c>.</summary>
    public string[] Faults => [.. Json.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("path").GetString()}: {e.GetProperty("message").GetString()}")];

    /// <summary>Asserts that this is a whole problem of that status.</summary>
    public ApiAnswer IsProblem(int status)
    {
        Assert.True(Code == status, $"{Code} instead of {status}: {Text}");
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.All(["type", "title", "detail"], name => Assert.NotEmpty(Json.GetProperty(name).GetString()!));
        Assert.Equal(JsonValueKind.Array, Json.GetProperty("errors").ValueKind);
        return this;
    }

    public ApiAnswer Is(int status)
    {
        Assert.True(Code == status, $"{Code} instead of {status}: {Text}");
        return this;
    }
}
