using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;

namespace Portal.Core.State.Services;

/// <summary>Registers the services that pages and endpoints call.</summary>
public static class ServiceRegistration
{
    /// <summary>What workers and services share: secrets and registry credentials. Needs the store and data protection.</summary>
    public static IServiceCollection AddPortalSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton<StorePulse>();
        services.TryAddSingleton<ServiceStore>();
        services.TryAddSingleton<ISecretProtector, SecretProtector>();
        services.TryAddSingleton<IRegistryCredentialsSource, RegistryCredentialsSource>();
        services.TryAddSingleton<IReadiness, StoreReadiness>();
        return services;
    }

    /// <summary>Tokens alone, for a process that serves nothing but its own figures. Needs what <see cref="AddPortalSecrets"/> adds.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services)
    {
        services.TryAddSingleton<ITokenService, TokenService>();
        return services;
    }

    /// <summary>The services of pages and endpoints. Needs the store, data protection and access to hosts.</summary>
    public static IServiceCollection AddPortalServices(this IServiceCollection services)
    {
        services.AddPortalSecrets();
        services.TryAddSingleton<ControlReader>();
        services.TryAddSingleton<ViewReader>();
        services.TryAddSingleton<IPasswordHasher<PortalUser>, PasswordHasher<PortalUser>>();
        services.AddSingleton<SpecWriter>();
        services.AddSingleton<RolloutWriter>();
        services.AddSingleton<AppPlanner>();
        services.AddSingleton<IRolloutService, RolloutService>();
        services.AddSingleton<IKeptLogs, KeptLogs>();
        services.AddOptions<ConsoleOptions>();
        services.AddSingleton<IConsoleService, ConsoleService>();
        services.AddSingleton<AppLogs>();
        services.AddSingleton<IAppService, AppService>();
        services.AddSingleton<IJobService, JobService>();
        services.AddSingleton<IHealthTrial, HealthTrial>();
        services.AddSingleton<HostTrial>();
        services.AddSingleton<HostRemoval>();
        services.AddSingleton<IHostService, HostService>();
        services.AddSingleton<ILossForecast, LossForecaster>();
        services.AddSingleton<IRebalanceService, RebalanceService>();
        services.AddSingleton<IExternalServices, ExternalServices>();
        services.AddSingleton<ITeamService, TeamService>();
        services.AddTokens();
        services.AddSingleton<IUserService, UserService>();
        services.AddSingleton<IHistoryService, HistoryService>();
        services.AddScaling();
        services.AddSingleton<IScalingService, ScalingService>();
        services.AddOptions<RetentionOptions>();
        services.AddHostedService<Retention>();
        services.AddHostedService<CertificateWatch>();
        return services;
    }

    /// <summary>Registers this machine's own engine as the host <c>local</c> at the very first start.</summary>
    public static IServiceCollection AddLocalHostRegistration(this IServiceCollection services) =>
        services.AddHostedService<LocalHostRegistration>();
}
