using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Services;

/// <summary>Writes what users want of apps: generation, sealed revision, quota, audit and event in one transaction. The team's row is locked first, so its changes come one after the other.</summary>
internal sealed class SpecWriter(ServiceStore store)
{
    /// <summary>Creates or changes an app; the same again changes nothing.</summary>
    public Task<(AppId App, bool Created)> PutAsync(Actor actor, string team, string app, AppRequest request, ChangeOptions options, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "app.put", $"{team}/{app}", async change =>
        {
            var owner = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.Deployer, locks: true, cancellation);
            if (NameRules.CheckDnsLabel(app) is { } message)
            {
                throw new RefusedException(RefusalKind.Invalid, "The app cannot have this name.", new Fault("name", message));
            }
            var wanted = SpecCodec.Validate(request.Spec, request.Replicas).OrRefuse();
            RefuseHostNetwork(actor, wanted.Spec);
            var row = await Access.FindAppAsync(change.Db, owner, app, cancellation);
            await ServiceNames.RefuseAsync(change.Db, owner, app, wanted.Spec, row is null ? null : SpecCodec.FromCanonical(row.Spec), cancellation);
            CheckGeneration(options, row);
            if (row is null)
            {
                return (await CreateAsync(change, owner, app, wanted, options.Message, cancellation), true);
            }
            await UpdateAsync(change, owner, row, wanted, options.Message, cancellation);
            return (row.Id, false);
        }, cancellation);

    /// <summary>The replica count that a put leaves. An app that ceases to be global starts with one, as a new one does.</summary>
    public static int ReplicasOf(AppRequest wanted, AppRow? row, AppSpec? present) =>
        wanted.Spec.Kind != AppKind.Service ? 0 : Clamped(wanted.Spec, wanted.Replicas ?? (row is null || present!.Kind == AppKind.Global ? 1 : row.Replicas));

    /// <summary>With automatic scaling, a number within its bounds.</summary>
    private static int Clamped(AppSpec spec, int replicas) => spec.IsScaled ? spec.Scaling!.Clamp(replicas) : replicas;

    /// <summary>A new revision with that image, or with the same, whose tag is then resolved anew.</summary>
    public Task<AppId> DeployAsync(Actor actor, string team, string app, string? image, ChangeOptions options, CancellationToken cancellation) =>
        ChangeAsync(actor, "app.deploy", team, app, options, async (change, owner, row) =>
        {
            if (image is not null && !ImageReference.TryParse(image, out _, out var message))
            {
                throw new RefusedException(RefusalKind.Invalid, "The image cannot be deployed.", new Fault("image", message));
            }
            var present = SpecCodec.FromCanonical(row.Spec);
            var spec = present with { Image = image ?? present.Image };
            RefuseHostNetwork(actor, spec);
            row.Spec = SpecCodec.Canonical(spec);
            await SealAsync(change, row, spec, options.Message, cancellation, resolvesAnew: true);
            Accept(change, owner, row, "AppDeployed", spec.Image == present.Image
                ? $"{actor.Name} deployed {row.Name} anew with {spec.Image} as revision {row.Revision}"
                : $"{actor.Name} deployed {row.Name} as revision {row.Revision}: image {present.Image} becomes {spec.Image}", options.Message);
        }, cancellation);

    /// <summary>Sets the replica count.</summary>
    public Task<AppId> ScaleAsync(Actor actor, string team, string app, int replicas, ChangeOptions options, CancellationToken cancellation) =>
        ChangeAsync(actor, "app.scale", team, app, options, async (change, owner, row) =>
        {
            if (replicas is < 0 or > SpecReader.MaxReplicas)
            {
                throw new RefusedException(RefusalKind.Invalid, "The app cannot be scaled.", new Fault("replicas", $"must be 0 to {SpecReader.MaxReplicas}"));
            }
            JobRules.Refuse(row, "scaled: its spec says how many instances a run has (job.completions and job.parallelism)");
            var spec = SpecCodec.FromCanonical(row.Spec);
            if (spec.Kind == AppKind.Global)
            {
                throw new RefusedException(RefusalKind.Unprocessable, $"{row.Name} is a global app: it has one instance on each fitting host, and no replica count.");
            }
            var number = Clamped(spec, replicas);
            var asked = number == replicas ? "" : $"; asked for {replicas}, but automatic scaling keeps it from {spec.Scaling!.Min} to {spec.Scaling.Max}";
            if (row.Replicas == number)
            {
                change.Detail = $"it has {number} already{asked}";
                return;
            }
            var before = row.Replicas;
            row.Replicas = number;
            await TeamQuota.CheckAsync(change.Db, owner, row, cancellation);
            Accept(change, owner, row, "AppScaled", $"{actor.Name} scaled {row.Name} from {before} to {number}{asked}", options.Message);
        }, cancellation);

    /// <summary>Replaces every instance, same revision.</summary>
    public Task<AppId> RestartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        ChangeAsync(actor, "app.restart", team, app, options, (change, owner, row) =>
        {
            JobRules.Refuse(row, "restarted: its instances run to their end; start a run");
            Accept(change, owner, row, "AppRestarted", $"{actor.Name} asked for a restart of {row.Name}", options.Message);
            row.RestartGeneration = row.Generation;
            return Task.CompletedTask;
        }, cancellation);

    /// <summary>Stops or starts it; what it is already changes nothing.</summary>
    public Task<AppId> SetStoppedAsync(Actor actor, string team, string app, bool stopped, ChangeOptions options, CancellationToken cancellation) =>
        ChangeAsync(actor, stopped ? "app.stop" : "app.start", team, app, options, async (change, owner, row) =>
        {
            if (row.Stopped == stopped)
            {
                change.Detail = stopped ? "it was stopped already" : "it was not stopped";
                return;
            }
            row.Stopped = stopped;
            await TeamQuota.CheckAsync(change.Db, owner, row, cancellation);
            Accept(change, owner, row, stopped ? "AppStopped" : "AppStarted", $"{actor.Name} {(stopped ? "stopped" : "started")} {row.Name}", options.Message);
        }, cancellation);

    /// <summary>Makes it a tombstone, which goes when every host has confirmed.</summary>
    public Task DeleteAsync(Actor actor, string team, string app, bool volumes, ChangeOptions options, CancellationToken cancellation) =>
        ChangeAsync(actor, "app.delete", team, app, options, (change, owner, row) =>
        {
            row.DeletedAt = change.Now;
            row.DeleteVolumes = volumes;
            Accept(change, owner, row, "AppDeleting", $"{actor.Name} deleted {row.Name}{(volumes ? " with its volumes" : "")}", options.Message);
            return Task.CompletedTask;
        }, cancellation);

    internal Task<AppId> ChangeAsync(Actor actor, string action, string team, string app, ChangeOptions options, Func<StoreChange, TeamRow, AppRow, Task> change, CancellationToken cancellation) =>
        store.ChangeAsync(actor, action, $"{team}/{app}", async state =>
        {
            var (owner, row) = await Access.FindAppAsync(state.Db, actor, team, app, TeamRole.Deployer, locks: true, cancellation);
            CheckGeneration(options, row);
            await change(state, owner, row);
            return row.Id;
        }, cancellation);

    private static async Task<AppId> CreateAsync(StoreChange change, TeamRow team, string name, AppRequest wanted, string? message, CancellationToken cancellation)
    {
        var row = new AppRow
        {
            Id = new AppId(Guid.CreateVersion7(change.Now)),
            TeamId = team.Id,
            Name = name,
            Spec = SpecCodec.Canonical(wanted.Spec),
            Replicas = ReplicasOf(wanted, null, null),
            CreatedAt = change.Now,
            ChangedBy = change.Actor.Name,
        };
        await TeamQuota.CheckAsync(change.Db, team, row, cancellation);
        change.Db.Apps.Add(row);
        await SealAsync(change, row, wanted.Spec, message, cancellation);
        var count = wanted.Spec.Kind == AppKind.Global ? "one instance on each fitting host" : wanted.Spec.Job is { } job ? JobRules.Describe(job) : $"{row.Replicas} replica{(row.Replicas == 1 ? "" : "s")}";
        Accept(change, team, row, "AppCreated", $"{change.Actor.Name} created {name} with {wanted.Spec.Image}, {count}", message);
        return row.Id;
    }

    private static async Task UpdateAsync(StoreChange change, TeamRow team, AppRow row, AppRequest wanted, string? message, CancellationToken cancellation)
    {
        var present = SpecCodec.FromCanonical(row.Spec);
        var replicas = ReplicasOf(wanted, row, present);
        var canonical = SpecCodec.Canonical(wanted.Spec);
        if (canonical == SpecCodec.Canonical(present) && replicas == row.Replicas)
        {
            change.Detail = "nothing changed";
            return;
        }
        JobRules.RefuseOtherKind(present, wanted.Spec, row.Name);
        var differences = SpecChangeText.Of(present, wanted.Spec, row.Replicas, replicas);
        var revision = row.Revision;
        row.Spec = canonical;
        row.Replicas = replicas;
        await TeamQuota.CheckAsync(change.Db, team, row, cancellation);
        if (SpecHash.OfContainer(present) != SpecHash.OfContainer(wanted.Spec))
        {
            await SealAsync(change, row, wanted.Spec, message, cancellation);
        }
        else if (present.Health != wanted.Spec.Health)
        {
            // A newer revision may be probed otherwise: what this one is asked stays its own.
            await change.Db.Revisions.Where(r => r.AppId == row.Id && r.Number == row.Revision)
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.Health, HealthCodec.Canonical(wanted.Spec.Health)), cancellation);
        }
        var sealedAs = row.Revision == revision ? "" : $", as revision {row.Revision}";
        Accept(change, team, row, "SpecChanged", $"{change.Actor.Name} changed {row.Name}{sealedAs}: {differences}", message);
    }

    private static async Task SealAsync(StoreChange change, AppRow row, AppSpec spec, string? message, CancellationToken cancellation, bool resolvesAnew = false)
    {
        var last = await change.Db.Revisions.Where(r => r.AppId == row.Id).MaxAsync(r => (int?)r.Number, cancellation) ?? 0;
        row.Revision = last + 1;
        AskForRollout(change, row, message);
        change.Db.Revisions.Add(new RevisionRow
        {
            AppId = row.Id,
            Number = row.Revision,
            Spec = row.Spec,
            SpecHash = SpecHash.OfContainer(spec),
            ResolvesAnew = resolvesAnew,
            CreatedAt = change.Now,
            CreatedBy = change.Actor.Name,
            Message = string.IsNullOrWhiteSpace(message) ? null : message.Trim(),
        });
    }

    /// <summary>Begins with <see cref="Accept"/>, which counts the generation that the rollout bears.</summary>
    internal static void AskForRollout(StoreChange change, AppRow row, string? message)
    {
        row.RolloutGeneration = row.Generation + 1;
        row.RolloutBy = change.Actor.Name;
        row.RolloutMessage = string.IsNullOrWhiteSpace(message) ? null : message.Trim();
        (row.RolloutPaused, row.RolloutCancelled, row.RolloutPromoted) = (false, false, 0);
    }

    internal static void Accept(StoreChange change, TeamRow team, AppRow row, string kind, string sentence, string? message)
    {
        row.Generation++;
        row.ChangedAt = change.Now;
        row.ChangedBy = change.Actor.Name;
        row.Traceparent = PortalTraces.ContextOf(change.Span);
        change.Span?.SetTag(TraceTags.Team, team.Name).SetTag(TraceTags.App, row.Name).SetTag(TraceTags.Generation, row.Generation).SetTag(TraceTags.Revision, row.Revision);
        var said = string.IsNullOrWhiteSpace(message) ? $"{sentence}." : $"{sentence}. “{message.Trim()}”";
        change.Tell(kind, said, team, row);
        change.Detail = said;
        change.Notice = new Notice { Specs = [row.Id.Value] };
    }

    private static void CheckGeneration(ChangeOptions options, AppRow? row)
    {
        if (options.IfMatch is not { } wanted || wanted == (row?.Generation ?? 0))
        {
            return;
        }
        throw new RefusedException(RefusalKind.Conflict, row is null ? "There is no such app yet, so it has no generation to match."
            : wanted == 0 ? $"The app exists already, at generation {row.Generation}."
            : $"The app is at generation {row.Generation}, not {wanted}: {row.ChangedBy} changed it meanwhile.");
    }

    /// <summary>Refuses the host's own network to everyone but administrators, by whatever door it comes.</summary>
    public static void RefuseHostNetwork(Actor actor, AppSpec spec)
    {
        if (spec.Network == "host" && !actor.IsAdministrator)
        {
            throw new RefusedException(RefusalKind.Forbidden, "Only administrators may put an app on the host's own network.", new Fault("network", "host is for administrators only"));
        }
    }
}
