using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Components.Controls;
using Portal.Components.Live;
using Portal.Components.Pages.Apps.Drafts;
using Portal.Components.Pages.Overview;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages;

/// <summary>A circuit's services over a live state that the test sets.</summary>
public abstract class PageContext : BunitContext
{
    protected PageContext()
    {
        Apps = new FakeAppService(Live);
        Hosts = new FakeHostService(Live);
        Rollouts = new FakeRolloutService(Apps);
        Jobs = new FakeJobService(Apps);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<ILiveState>(Live);
        Services.AddSingleton<IAppService>(Apps);
        Services.AddSingleton<IHostService>(Hosts);
        Services.AddSingleton<IHealthTrial>(Trial);
        Services.AddSingleton<ILossForecast>(Loss);
        Services.AddSingleton<IRebalanceService>(Rebalance);
        Services.AddSingleton<IRolloutService>(Rollouts);
        Services.AddSingleton<IJobService>(Jobs);
        Services.AddSingleton<IHistoryService>(History);
        Services.AddSingleton<IScalingService>(Scaling);
        Services.AddSingleton<FakeUsers>();
        Services.AddSingleton<IExternalServices>(new FakeExternalServices(Live));
        Services.AddSingleton<ITeamService, FakeTeams>();
        Services.AddSingleton<ILiveUsage>(Usage);
        Services.AddSingleton<IMetricService>(Metrics);
        Services.AddSingleton<CurrentUsage>();
        Services.AddSingleton<IAlertService>(Alerts);
        Services.AddSingleton<IAlertFeed>(Alerts);
        Services.AddScoped<DraftStore>();
        Services.AddScoped<AttentionBoard>();
        Services.AddScoped<LivePulse>();
        Services.AddSingleton<LiveViews>();
        Services.AddSingleton<SharedMarkup>();
        Services.AddSingleton<OverviewViews>();
        Services.AddScoped<ToastService>();
        SetRendererInfo(new RendererInfo("Server", true));
    }

    protected FakeLiveState Live { get; } = new();
    protected FakeAppService Apps { get; }
    protected FakeHostService Hosts { get; }
    protected FakeHealthTrial Trial { get; } = new();
    protected FakeRebalanceService Rebalance { get; } = new();
    protected FakeLossForecast Loss { get; } = new();
    protected FakeRolloutService Rollouts { get; }
    protected FakeJobService Jobs { get; }
    protected FakeUsage Usage { get; } = new();
    protected FakeStoredFigures Metrics { get; } = new();
    protected FakeAlerts Alerts { get; } = new();
    private protected FakeScalingService Scaling { get; } = new();
    protected FakeHistoryService History { get; } = new();
    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();
    protected string Toasts => string.Join('\n', Services.GetRequiredService<ToastService>().Toasts.Select(t => t.Text));

    /// <summary>Draws a page at an address, for an administrator unless told otherwise.</summary>
    protected IRenderedComponent<TPage> Open<TPage>(string uri, Actor? actor = null, Action<ComponentParameterCollectionBuilder<TPage>>? parameters = null)
        where TPage : IComponent
    {
        Navigation.NavigateTo(uri);
        return Render<TPage>(builder =>
        {
            builder.AddCascadingValue(actor ?? Given.Admin);
            parameters?.Invoke(builder);
        });
    }
}
