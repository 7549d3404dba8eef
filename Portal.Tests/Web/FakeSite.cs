using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Accounts;
using Portal.Composition;
using Portal.Core.State.Alerts;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web;

/// <summary>The pages over fakes, served by a real Kestrel on a loopback port.</summary>
internal sealed partial class FakeSite : IAsyncDisposable
{
    public const string Email = "ada@example.org";
    public const string Password = "a long enough sentence";

    private WebApplication? _app;
    private readonly int _port;
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("portal-keys-");

    private FakeSite(int port)
    {
        _port = port;
        Apps = new FakeAppService(Live);
        Users = new FakeUsers(TimeProvider.System);
        Users.SetPassword(FakeUsers.AdministratorId, Password);
    }

    public FakeLiveState Live { get; } = new();

    public FakeUsers Users { get; }

    public FakeAppService Apps { get; }

    public FakeAlerts Alerts { get; } = new();

    public FakeScalingService Scaling { get; } = new();

    public FakeStoredFigures Figures { get; } = new();

    public FakeHistoryService History { get; } = new();

    public Uri Address { get; private set; } = null!;

    /// <summary>Starts a site, on a port of its own unless one is named.</summary>
    public static async Task<FakeSite> StartAsync(int port = 0)
    {
        var site = new FakeSite(port);
        await site.RunAsync();
        return site;
    }

    /// <summary>Ends the process's listening, as a crash would; <see cref="RunAsync"/> starts it again at the same address.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
        _app = null;
    }

    public async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Portal", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Address?.Port ?? _port}");
        Add(builder.Services);
        _app = builder.Build();
        _app.UsePortalWeb();
        _app.MapPortalWeb();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>A client that keeps cookies and follows nothing.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Posts a page's form, with the hidden fields that the page gave.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string page, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page);
        var hidden = HiddenField().Matches(html).Select(m => (m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)));
        using var body = new FormUrlEncodedContent(hidden.Concat(fields).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return await client.PostAsync(page, body);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await StopAsync();
        }

        _keys.Delete(recursive: true);
    }

    private void Add(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddDataProtection().SetApplicationName("Portal").PersistKeysToFileSystem(_keys);
        services.AddPortalWeb();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, AccountServices.ConfigurePaths);
        services.AddScoped<IAccountDoor, FakeDoor>();
        services.AddSingleton(Users);
        services.AddSingleton<IUserService>(Users);
        services.AddSingleton<ILiveState>(Live);
        services.AddSingleton<ILiveUsage, FakeUsage>();
        services.AddSingleton<IMetricService>(Figures);
        services.AddSingleton<IAppService>(Apps);
        services.AddSingleton<IRolloutService, FakeRolloutService>();
        services.AddSingleton<IJobService, FakeJobService>();
        services.AddSingleton<IHostService>(new FakeHostService(Live));
        services.AddSingleton<ILossForecast, FakeLossForecast>();
        services.AddSingleton<IRebalanceService, FakeRebalanceService>();
        services.AddSingleton<IHealthTrial>(new FakeHealthTrial());
        services.AddSingleton<IHistoryService>(History);
        services.AddSingleton<IAlertService>(Alerts);
        services.AddSingleton<IAlertFeed>(Alerts);
        services.AddSingleton<IScalingService>(Scaling);
        services.AddSingleton<IExternalServices>(new FakeExternalServices(Live));
        services.AddSingleton<ITeamService>(new FakeTeams(Users, TimeProvider.System));
        services.AddSingleton<ITokenService>(new FakeTokens(TimeProvider.System));
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" />""")]
    private static partial Regex HiddenField();
}
