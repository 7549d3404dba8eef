using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.State.Leases;

namespace Portal.Core.State.Alerts;

/// <summary>Registers alerts.</summary>
public static class AlertRegistration
{
    /// <summary>Rules, their evaluation and notices. Needs the services of pages, the live snapshot and an <see cref="INoticeSender"/>.</summary>
    public static IServiceCollection AddPortalAlerts(this IServiceCollection services)
    {
        services.TryAddSingleton<ILeaseStore, LeaseStore>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton<NoticeOutbox>();
        services.AddSingleton<IAlertService, AlertService>();
        services.AddSingleton<AlertFeed>();
        services.AddSingleton<IAlertFeed>(provider => provider.GetRequiredService<AlertFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<AlertFeed>());
        services.AddHostedService<AlertWorker>();
        return services;
    }
}
