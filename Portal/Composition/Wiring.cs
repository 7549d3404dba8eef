using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Accounts;
using Portal.Agents;
using Portal.Agents.Alerts;
using Portal.Agents.Control;
using Portal.Agents.Docker;
using Portal.Agents.Hosts;
using Portal.Agents.Sampling;
using Portal.Agents.Services;
using Portal.Agents.Scaling;
using Portal.Api;
using Portal.Core.State;
using Portal.Core.State.Alerts;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Telemetry;

namespace Portal.Composition;

/// <summary>The one place where the parts are wired.</summary>
internal static class Wiring
{
    public static WebApplication Build(PortalOptions options, string dataPath, string connectionString, Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Portal", ContentRootPath = AppContext.BaseDirectory });
        // From a build's output, too, the assets of packages and of the project are found; a published one has them in wwwroot.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(listen);
        Logs.Configure(builder.Logging, options);
        Add(builder.Services, options, dataPath, connectionString);
        var app = builder.Build();
        // From now on it counts; whoever asks later gets all since the start.
        app.Services.GetRequiredService<MeterRecorder>();
        var traces = app.Services.GetRequiredService<TraceExport>();
        if (options.IsWeb)
        {
            if (traces.IsOn)
            {
                app.Use(RequestSpans.TellAsync);
            }

            app.UsePortalWeb();
            app.MapPortalWeb();
            app.MapPortalApi();
        }
        else
        {
            app.MapPortalAgent();
        }

        return app;
    }

    private static void Add(IServiceCollection services, PortalOptions options, string dataPath, string connectionString)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<TraceExport>();
        services.AddDataProtection().SetApplicationName("Portal")
            .PersistKeysToFileSystem(new DirectoryInfo(options.Keys ?? Path.Combine(dataPath, "keys")));
        services.AddPortalState(connectionString);
        services.AddHostAccess();
        services.AddDockerEngines(new DockerEngineOptions { SshProcessesPerHost = options.SshProcessesPerHost, SshFolder = Path.Combine(dataPath, "ssh") });
        services.AddPortalSecrets();
        services.AddPortalApi();
        if (options.IsWeb)
        {
            services.AddPortalServices();
            services.Configure<RetentionOptions>(kept => (kept.Events, kept.Audit, kept.EndedInstances) =
                (TimeSpan.FromDays(options.EventDays), TimeSpan.FromDays(options.AuditDays), TimeSpan.FromDays(options.EndedInstanceDays)));
            services.Configure<ConsoleOptions>(console => console.Idle = TimeSpan.FromMinutes(options.ConsoleIdleMinutes));
            if (!options.NoLocalHost)
            {
                services.AddLocalHostRegistration();
            }

            services.AddPortalLive();
            services.AddSingleton<INoticeSender, NoticeSender>();
            services.AddPortalAlerts();
            services.AddMetricServices();
            services.AddPortalWeb();
            services.AddPortalAccounts();
        }

        if (options.IsAgent)
        {
            services.AddTokens();
            services.AddSingleton(AgentIdentity.Create());
            services.AddController();
            services.AddMetricStore(new MetricRetention
            {
                Samples = TimeSpan.FromHours(options.MetricSampleHours),
                Minutes = TimeSpan.FromDays(options.MetricMinuteDays),
                TenMinutes = TimeSpan.FromDays(options.MetricDays),
            });
            services.AddSampling();
            services.AddServiceKeeper();
            services.AddAutoscaler();
            services.AddHostWorkers(new HostWorkerOptions { StartsAtOnce = options.StartsPerHost });
        }
    }
}
