using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>A spec as a tree in the shape of the API, every default spelled out.</summary>
internal static class SpecTree
{
    /// <summary>With the replica count.</summary>
    public static Node Of(AppSpec spec, int? replicas) =>
        Build(spec, [new("replicas", replicas is { } count ? Node.Number(count) : Node.Null)], [.. Later(spec).Where(f => f.Key != "scaling" || spec.Scaling is not null)]);

    /// <summary>Without the replica count, every field named.</summary>
    public static Node Whole(AppSpec spec) => Build(spec, [], Later(spec));

    /// <summary>Without the replica count.</summary>
    /// <remarks>What was added to specs later is left out where it is not named, so that the text of older specs stays what it was.</remarks>
    public static Node Of(AppSpec spec) => Build(spec, [],
        [.. Later(spec).Where(f => f.Key == "scaling" ? spec.Scaling is not null : spec.Disruption is not null)]);

    private static KeyValuePair<string, Node>[] Later(AppSpec spec) => [new("disruption", Disruption(spec)), new("scaling", ScalingTree.Of(spec.Scaling))];

    private static Node Build(AppSpec spec, IEnumerable<KeyValuePair<string, Node>> replicas, IEnumerable<KeyValuePair<string, Node>> later) => Node.Map(
    [
        new("image", Node.Text(spec.Image)),
        new("pull", Word(spec.Pull)),
        new("kind", Word(spec.Kind)),
        .. replicas,
        .. spec.Kind == AppKind.Job ? [new("job", Job(spec.Job ?? new JobSpec()))] : Array.Empty<KeyValuePair<string, Node>>(),
        new("entrypoint", Texts(spec.Entrypoint)),
        new("command", Texts(spec.Command)),
        new("workingDir", Text(spec.WorkingDir)),
        new("user", Text(spec.User)),
        new("env", Texts(spec.Env)),
        new("network", Node.Text(spec.Network)),
        new("ports", Node.List([.. spec.Ports.Select(Port)])),
        new("volumes", Node.List([.. spec.Volumes.Select(Volume)])),
        new(PartsPart.Sidecars, Node.List([.. spec.Sidecars.Select(p => PartTree.Of(p, isSidecar: true))])),
        // Only where there are any: what was stored before there could be keeps its form.
        .. spec.InitContainers.IsEmpty ? [] : (KeyValuePair<string, Node>[])[new(PartsPart.InitContainers, Node.List([.. spec.InitContainers.Select(p => PartTree.Of(p, isSidecar: false))]))],
        new("resources", Resources(spec.Resources)),
        .. UnlessJob(spec, "health", () => Health(spec.Health)),
        .. UnlessJob(spec, "restart", () => Restart(spec.Restart)),
        new("placement", Placement(spec.Placement)),
        .. UnlessJob(spec, "update", () => Update(spec)),
        .. spec.Kind == AppKind.Job ? [] : later,
        new("stop", Stop(spec.Stop)),
        new("labels", Texts(spec.Labels)),
    ]);

    /// <summary>A job has no word for what only what runs for ever has.</summary>
    private static IEnumerable<KeyValuePair<string, Node>> UnlessJob(AppSpec spec, string name, Func<Node> make) => spec.Kind == AppKind.Job ? [] : [new(name, make())];

    private static Node Job(JobSpec job) => Node.Map(
        ("completions", Node.Number(job.Completions)),
        ("parallelism", Node.Number(job.Parallelism)),
        ("retries", Node.Number(job.Retries)),
        ("deadline", job.Deadline is { } deadline ? Duration(deadline) : Node.Null),
        ("keep", Duration(job.Keep)),
        ("schedule", Text(job.Schedule)),
        ("timeZone", Node.Text(job.TimeZone)),
        ("overlap", Word(job.Overlap)),
        ("missed", Word(job.Missed)));

    public static Node Port(PortSpec port) => Node.Map(
        ("name", Node.Text(port.Name)),
        ("containerPort", Node.Number(port.ContainerPort)),
        ("hostPort", port.HostPort is { } hostPort ? Node.Number(hostPort) : Node.Null),
        ("protocol", Node.Text(port.Protocol)),
        ("public", Node.Boolean(port.Public)));

    private static Node Volume(VolumeSpec volume) => Node.Map(
        ("name", Node.Text(volume.Name)),
        ("path", Node.Text(volume.Path)),
        ("readOnly", Node.Boolean(volume.ReadOnly)),
        ("onHostLoss", Word(volume.OnHostLoss)));

    public static Node Resources(ResourcesSpec resources) => Node.Map(
        ("reservations", Node.Map(
            ("cpus", Node.Number(resources.Reservations.Cpus)),
            ("memory", Memory(resources.Reservations.MemoryBytes)))),
        ("limits", Limits(resources)));

    public static Node Limits(ResourcesSpec resources) => Node.Map(
        ("cpus", resources.LimitCpus is { } cpus ? Node.Number(cpus) : Node.Null),
        ("memory", resources.LimitMemoryBytes is { } bytes ? Memory(bytes) : Node.Null));

    public static Node Health(HealthSpec health) => Node.Map(
        ("kind", Word(health.Kind)),
        ("port", Text(health.Port)),
        ("path", Node.Text(health.Path)),
        ("headers", Texts(health.Headers)),
        ("match", Node.Map(
            ("status", Node.Text(health.Match.Status.ToString())),
            ("body", Text(health.Match.Body)))),
        ("command", Texts(health.Command)),
        ("interval", Duration(health.Interval)),
        ("timeout", Duration(health.Timeout)),
        ("retries", Node.Number(health.Retries)),
        ("successThreshold", Node.Number(health.SuccessThreshold)),
        ("startPeriod", Duration(health.StartPeriod)),
        ("onUnhealthy", Word(health.OnUnhealthy)));

    private static Node Restart(RestartSpec restart) => Node.Map(
        ("policy", Word(restart.Policy)),
        ("maxPerHost", Node.Number(restart.MaxPerHost)),
        ("window", Duration(restart.Window)));

    private static Node Placement(PlacementSpec placement) => Node.Map(
        ("strategy", Word(placement.Strategy)),
        ("constraints", Texts(placement.Constraints)),
        ("spreadBy", Texts(placement.SpreadBy)),
        ("maxPerHost", placement.MaxPerHost is { } count ? Node.Number(count) : Node.Null));

    private static Node Update(AppSpec spec) => Node.Map(
        ("order", Word(spec.Update.Order)),
        ("maxSurge", Amount(spec.Update.MaxSurge)),
        ("maxUnavailable", Amount(spec.Update.MaxUnavailable)),
        ("minReady", Duration(spec.Update.MinReady ?? spec.DefaultMinReady)),
        ("progressDeadline", Duration(spec.Update.ProgressDeadline)),
        ("onFailure", Word(spec.Update.OnFailure)),
        ("canary", Node.List([.. spec.Update.Canary.Select(step => Node.Map(
            ("percent", Node.Number(step.Percent)),
            ("pause", step.Pause is { } pause ? Duration(pause) : Node.Text("manual"))))])));

    private static Node Disruption(AppSpec spec) => Node.Map(("maxUnavailable", spec.Disruption is { } most ? Amount(most) : Node.Null));

    private static Node Stop(StopSpec stop) => Node.Map(
        ("signal", Node.Text(stop.Signal)),
        ("gracePeriod", Duration(stop.GracePeriod)),
        ("delay", Duration(stop.Delay)));

    public static Node Word<T>(T value) where T : struct, Enum => Node.Text(BodyReader.WordOf(value));

    public static Node Text(string? text) => text is null ? Node.Null : Node.Text(text);

    public static Node Texts(ImmutableArray<string>? texts) => texts is { } list ? Node.List([.. list.Select(Node.Text)]) : Node.Null;

    public static Node Texts(ImmutableSortedDictionary<string, string> texts) =>
        Node.Map([.. texts.Select(e => new KeyValuePair<string, Node>(e.Key, Node.Text(e.Value)))]);

    public static Node Duration(TimeSpan duration) => Node.Text(DurationText.Format(duration));

    public static Node Memory(long bytes) => Node.Text(MemoryText.Format(bytes));

    public static Node Amount(CountOrPercent amount) => amount.IsPercent ? Node.Text(amount.ToString()) : Node.Number(amount.Value);
}
