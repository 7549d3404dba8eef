using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Changes the fake live state's apps as intent alone does; a test moves what is observed. Calls are written down.</summary>
public sealed class FakeAppService(FakeLiveState live) : IAppService
{
    public List<string> Calls { get; } = [];

    /// <summary>Thrown by the next change or plan, once.</summary>
    public Exception? Refuse { get; set; }

    public PlanView Plan { get; set; } = new([], [], []);
    public ImmutableArray<RevisionView> Revisions { get; set; } = [];
    public ImmutableArray<VolumeView> Volumes { get; set; } = [];
    public ImmutableArray<InstanceView> Ended { get; set; } = [];
    public ImmutableArray<InstanceLogLine> Lines { get; set; } = [];
    public PlacementView? Placement { get; set; }

    /// <summary>How the last change was to be made.</summary>
    public ChangeOptions? Options { get; private set; }

    /// <summary>Which lines were last asked for.</summary>
    public LogRequest? Request { get; private set; }

    public Task<ImmutableArray<AppView>> ListAsync(Actor actor, AppQuery query, CancellationToken cancellation) =>
        Task.FromResult(live.Current.For(actor).Apps.Values.Where(a => (query.Team is null || a.Team == query.Team) && (query.Status is null || a.Status == query.Status)
            && (query.Text is null || a.Name.Contains(query.Text, StringComparison.Ordinal))).ToImmutableArray());

    public Task<AppView> GetAsync(Actor actor, string team, string app, CancellationToken cancellation) => Task.FromResult(Find(team, app));

    public Task<PutResult> PutAsync(Actor actor, string team, string app, AppRequest request, ChangeOptions options, CancellationToken cancellation)
    {
        Note($"put {team}/{app} {request.Spec.Image} {request.Replicas}");
        var known = live.Current.Apps.Values.FirstOrDefault(a => a.Team == team && a.Name == app);
        Check(options, known);
        var next = (known ?? Given.App(app, team, AppStatus.Progressing) with { Generation = 0, ObservedGeneration = 0 }) with { Spec = request.Spec, Image = request.Spec.Image };
        return Task.FromResult(new PutResult(Store(next with { Desired = request.Replicas ?? next.Desired, Replicas = request.Replicas ?? next.Replicas }), known is null));
    }

    public Task<PlanView> PlanAsync(Actor actor, string team, string app, AppRequest request, CancellationToken cancellation)
    {
        Note($"plan {team}/{app}");
        return Task.FromResult(Plan);
    }

    public Task<AppView> DeployAsync(Actor actor, string team, string app, string? image, ChangeOptions options, CancellationToken cancellation)
    {
        var known = Find(team, app);
        return Change(known with { Image = image ?? known.Image, Spec = known.Spec with { Image = image ?? known.Spec.Image } }, $"deploy {image}", options);
    }

    public Task<AppView> ScaleAsync(Actor actor, string team, string app, int replicas, ChangeOptions options, CancellationToken cancellation) =>
        Change(Find(team, app) with { Desired = replicas, Replicas = replicas }, $"scale {replicas}", options);

    public Task<AppView> RestartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        Change(Find(team, app), "restart", options);

    public Task<AppView> StopAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        Change(Find(team, app) with { Stopped = true }, "stop", options);

    public Task<AppView> StartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        Change(Find(team, app) with { Stopped = false }, "start", options);

    public Task DeleteAsync(Actor actor, string team, string app, bool volumes, ChangeOptions options, CancellationToken cancellation)
    {
        Note($"delete {team}/{app}{(volumes ? " volumes" : "")}");
        Check(options, Find(team, app));
        live.Set(live.Current with { Apps = live.Current.Apps.Remove(Find(team, app).Id) });
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<RevisionView>> ListRevisionsAsync(Actor actor, string team, string app, CancellationToken cancellation) => Task.FromResult(Revisions);

    public Task<ImmutableArray<InstanceView>> ListInstancesAsync(Actor actor, string team, string app, bool ended, CancellationToken cancellation) =>
        Task.FromResult(ended ? Ended : live.Current.Instances.GetValueOrDefault(Find(team, app).Id, []));

    public Task<PlacementView> GetPlacementAsync(Actor actor, string team, string app, InstanceId instance, CancellationToken cancellation) =>
        Task.FromResult(Placement ?? new PlacementView(instance, null, "", null, null));

    public Task<ImmutableArray<VolumeView>> ListVolumesAsync(Actor actor, string team, string app, CancellationToken cancellation) => Task.FromResult(Volumes);

    public async IAsyncEnumerable<InstanceLogLine> ReadLogsAsync(Actor actor, string team, string app, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Request = request;
        foreach (var line in Lines.Where(l => request.Instance is null || l.Instance == request.Instance))
        {
            yield return line;
        }
        if (request.Follow)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
    }

    private AppView Find(string team, string app) =>
        live.Current.Apps.Values.FirstOrDefault(a => a.Team == team && a.Name == app) ?? throw RefusedException.NotFound($"app {app}");

    private void Check(ChangeOptions options, AppView? known)
    {
        Options = options;
        if (options.IfMatch is { } wanted && wanted != (known?.Generation ?? 0))
        {
            throw new RefusedException(RefusalKind.Conflict, $"The app has generation {known?.Generation ?? 0}, not {wanted}.");
        }
    }

    private Task<AppView> Change(AppView next, string call, ChangeOptions options)
    {
        Note($"{call} {next.Team}/{next.Name}");
        Check(options, next);
        return Task.FromResult(Store(next));
    }

    private AppView Store(AppView next)
    {
        next = next with { Generation = next.Generation + 1 };
        live.Set(live.Current with { Apps = live.Current.Apps.SetItem(next.Id, next) });
        return next;
    }

    private void Note(string call)
    {
        Calls.Add(call.Trim());
        if (Refuse is { } refuse)
        {
            Refuse = null;
            throw refuse;
        }
    }
}
