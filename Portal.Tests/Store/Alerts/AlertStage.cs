using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Leases;
using Portal.Core.State.Live;
using Portal.Core.State.Model;
using Portal.Core.State.Services;
using Portal.Tests.Store.Services;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Store.Alerts;

/// <summary>A store with a team that has a rule and a target, and any number of processes that evaluate alerts over it.</summary>
internal sealed class AlertStage : IAsyncDisposable
{
    public const string Team = "default";
    private readonly ServiceStage stage;
    private readonly List<AlertProcess> processes = [];

    private AlertStage(ServiceStage stage) => this.stage = stage;

    public ServiceStage Services => stage;
    public ShiftedClock Clock => stage.Clock;
    public EphemeralDataProtectionProvider Protection { get; } = new();
    public FakeSender Sender { get; } = new();
    public FakeLiveState Live { get; } = new();
    public AlertProcess First => processes[0];
    public TeamId TeamId { get; private set; }
    public IAlertService Alerts => First.Alerts;

    public static AlertRule Degraded { get; } = new() { Name = "degraded", Kind = AlertKind.AppStatus, States = ["Degraded"], For = TimeSpan.Zero, Targets = ["ops"] };

    public static async Task<AlertStage> CreateAsync(StoreFixture fixture)
    {
        var stage = new AlertStage(await ServiceStage.CreateAsync(fixture));
        stage.Process();
        stage.TeamId = (await stage.stage.Teams.ListAsync(ServiceStage.Admin, default)).Single(t => t.Name == Team).Id;
        await stage.Alerts.PutTargetAsync(ServiceStage.Admin, new AlertScope(Team), "ops", AlertTargetKind.Webhook, "https://hooks.example.org/secret", default);
        await stage.Alerts.PutRuleAsync(ServiceStage.Admin, new AlertScope(Team), Degraded, default);
        return stage;
    }

    /// <summary>Another process.</summary>
    public AlertProcess Process()
    {
        processes.Add(new AlertProcess(this));
        return processes[^1];
    }

    /// <summary>What is there when the app is so.</summary>
    public AlertScene Scene(AppStatus status, string app = "web") => new() { Apps = [new AppFacts(TeamId, Team, app, status, "1 of 2 is ready")] };

    /// <summary>The same as pages show it.</summary>
    public void Show(AppStatus status) => Live.Set(Given.Snapshot([Given.App("web", Team, status) with { TeamId = TeamId }]));

    public async Task<ImmutableArray<AlertNoticeView>> NoticesAsync() => await Alerts.ListNoticesAsync(ServiceStage.Admin, AlertScope.Visible, null, 100, default);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
        await stage.DisposeAsync();
    }
}

/// <summary>One process over the store.</summary>
internal sealed class AlertProcess : IAsyncDisposable
{
    private readonly AlertStage stage;
    private readonly MigratedStore store;
    private AlertWorker? worker;

    public AlertProcess(AlertStage stage)
    {
        this.stage = stage;
        store = MigratedStore.Over(stage.Services.ConnectionString, services =>
        {
            services.AddSingleton<TimeProvider>(stage.Clock);
            services.AddSingleton<IDataProtectionProvider>(stage.Protection);
            services.AddSingleton<INoticeSender>(stage.Sender);
            services.AddSingleton<ILiveState>(stage.Live);
            services.AddPortalSecrets();
            services.AddPortalAlerts();
        });
    }

    public IAlertService Alerts => store.Get<IAlertService>();
    public AlertStore Store => store.Get<AlertStore>();
    public NoticeOutbox Outbox => store.Get<NoticeOutbox>();

    public async Task<TermLease> LeadAsync() => (await TermLease.TryTakeAsync(store.Get<ILeaseStore>(), TimeProvider.System, "alerts", $"test {Guid.NewGuid()}", TimeSpan.FromMinutes(1), default))!;

    /// <summary>What its worker does each second.</summary>
    public async Task EvaluateAsync(TermLease lease, AlertScene scene)
    {
        var (known, now) = (await Store.ReadAsync(default), stage.Clock.GetUtcNow());
        await Store.CommitAsync(lease, AlertEvaluator.Evaluate(known.Rules, known.States, known.Silences, scene, now), now, default);
    }

    /// <summary>Runs its worker until it is disposed.</summary>
    public async Task RunAsync()
    {
        worker = ActivatorUtilities.CreateInstance<AlertWorker>(store.Services);
        await worker.StartAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        if (worker is not null)
        {
            await worker.StopAsync(default);
            worker.Dispose();
            worker = null;
        }
        await store.DisposeAsync();
    }
}

/// <summary>Targets that answer as told; keeps what they were given.</summary>
internal sealed class FakeSender : INoticeSender
{
    private readonly ConcurrentQueue<(NoticeAddress Address, NoticeMessage Message)> sent = new();

    public NoticeAnswer Answer { get; set; } = new(true, "204 No Content");

    /// <summary>In place of an answer: what a try does, as to hang or to die.</summary>
    public Func<CancellationToken, Task<NoticeAnswer>>? Instead { get; set; }

    public ImmutableArray<(NoticeAddress Address, NoticeMessage Message)> Sent => [.. sent];

    public Task<NoticeAnswer> SendAsync(NoticeAddress address, NoticeMessage message, CancellationToken cancellation)
    {
        sent.Enqueue((address, message));
        return Instead is { } instead ? instead(cancellation) : Task.FromResult(Answer);
    }
}
