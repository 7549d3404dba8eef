using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

/// <summary>One instance with several containers on an engine that is a list: what is planned is done at once, and containers end when told to.</summary>
internal sealed class GroupModel
{
    private readonly Dictionary<string, ContainerDetails> _containers = [];
    private HostSituation _situation;
    private int _made;

    public GroupModel(AppSpec spec)
    {
        Wanted = Given.Wanted(spec: spec);
        _situation = Given.Situation([Wanted]) with { Images = InstanceParts.Of(spec).Select(p => ImageChoice.Canonical(p.Image)).Distinct().ToDictionary(i => i, _ => (DateTimeOffset?)null) };
    }

    public WantedInstance Wanted { get; private set; }
    public DateTimeOffset Now { get; private set; } = Given.Now;
    public InstanceMemory Memory => _situation.Memories[Wanted.Id];
    public InstanceObservation Said => Memory.Observation;
    /// <summary>What was done, as <c>create migrate</c>.</summary>
    public List<string> Done { get; } = [];
    public IEnumerable<string> Parts => _containers.Values.Select(PartOf).Order(StringComparer.Ordinal);

    public ContainerDetails? this[string part] => _containers.Values.FirstOrDefault(c => PartOf(c) == part);

    /// <summary>Looks, plans and acts until nothing is left to do.</summary>
    public void Settle()
    {
        for (var round = 0; round < 50; round++)
        {
            Look();
            var plan = HostPlanner.Plan(_situation, Now);
            if (plan.IsEmpty)
            {
                return;
            }
            Assert.Equal(plan.Length, plan.Select(o => o.Key).Distinct().Count());
            foreach (var operation in plan)
            {
                Do(operation);
            }
        }
        Assert.Fail($"It never settles: {string.Join(", ", Done)}");
    }

    public void Stop() => Change(Wanted with { Desired = DesiredState.Stop, StopReason = "scaled down" });

    public void Later(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    /// <summary>A container ends by itself; the engine does what its policy says.</summary>
    public void End(string part, int code)
    {
        Later(1);
        var present = this[part]!;
        var again = part == InstanceParts.Main || Kind(part) == PartKind.Sidecar ? Wanted.Spec.Restart.Policy : PartPlanner.PolicyOf(InstanceParts.Of(Wanted.Spec).Single(p => p.Name == part), Wanted);
        _containers[present.Id] = EndOfRun.RunsAgain(again, code)
            ? present with { State = "running", ExitCode = 0, RestartCount = present.RestartCount + 1, FinishedAt = Now, StartedAt = Now.AddMilliseconds(100) }
            : present with { State = "exited", ExitCode = code, FinishedAt = Now };
        Later(1);
    }

    public void Set(string part, Func<ContainerDetails, ContainerDetails> change) => _containers[this[part]!.Id] = change(this[part]!);

    public void RemoveOutside(string part) => _containers.Remove(this[part]!.Id);

    /// <summary>Another worker takes over: it knows what was written.</summary>
    public void ChangeWorker() => _situation = _situation.Remembering(Wanted, m => InstanceMemory.Of(m.Observation, Now));

    private PartKind Kind(string part) => InstanceParts.Of(Wanted.Spec).Single(p => p.Name == part).Kind;

    private static string PartOf(ContainerDetails container) => FoundContainer.Of(container).Part;

    private void Change(WantedInstance wanted)
    {
        Wanted = wanted;
        _situation = _situation with { Wanted = new Dictionary<InstanceId, WantedInstance> { [wanted.Id] = wanted } };
    }

    private void Look()
    {
        _situation = _situation with { Containers = [.. _containers.Values.Select(FoundContainer.Of)] };
        var found = _situation.ContainersByInstance().GetValueOrDefault(Wanted.Id, InstanceContainers.None);
        _situation = _situation.Remembering(Wanted, m => GroupObserver.Observe(Wanted, found, m, _ => Work.None, null, Now));
    }

    private void Do(Operation operation)
    {
        Later(0.1);
        switch (operation)
        {
            case CreateAndStart create:
                Check(create);
                var id = $"c{++_made}";
                _containers[id] = new ContainerDetails { Id = id, Name = create.Request.Name, State = "running", StartedAt = Now, Labels = create.Request.Labels.ToDictionary().ToImmutableDictionaryOrdinal() };
                if (create.Part == InstanceParts.Main)
                {
                    _situation = _situation.Remembering(Wanted, m => m with { Observation = m.Observation with { ContainerId = id } });
                }
                Done.Add($"create {create.Part}");
                break;
            case StartContainer start:
                _containers[start.ContainerId] = _containers[start.ContainerId] with { State = "running", StartedAt = Now, RestartCount = 0 };
                Done.Add($"start {start.Part}");
                break;
            case RestartContainer restart:
                _containers[restart.ContainerId] = _containers[restart.ContainerId] with { State = "running", StartedAt = Now, RestartCount = 0 };
                Done.Add($"restart {restart.Part}");
                break;
            case StopContainer stop:
                _containers[stop.ContainerId] = _containers[stop.ContainerId] with { State = "exited", ExitCode = 143, FinishedAt = Now };
                Done.Add($"stop {stop.Part}");
                break;
            case StopAndRemove remove:
                Assert.True(_containers.Remove(remove.ContainerId));
                Done.Add($"remove {remove.Part}");
                break;
            default:
                Assert.Fail($"Not expected: {operation.Describe()}");
                break;
        }
    }

    /// <summary>What must hold whatever happened before.</summary>
    private void Check(CreateAndStart create)
    {
        Assert.Null(this[create.Part]);
        Assert.Equal(ContainerRequests.NameOf(Given.Host, Wanted, create.Part), create.Request.Name);
        switch (Kind(create.Part))
        {
            case PartKind.Init:
                Assert.Null(this[InstanceParts.Main]);
                Assert.Null(create.Request.NetworkOf);
                break;
            case PartKind.Main:
                Assert.All(Wanted.Spec.InitContainers, i => Assert.True(this[i.Name] is null or { State: "exited", ExitCode: 0 }));
                break;
            default:
                Assert.Equal("running", this[InstanceParts.Main]!.State);
                Assert.Equal(Wanted.Spec.Network == "host" ? null : this[InstanceParts.Main]!.Id, create.Request.NetworkOf);
                break;
        }
    }
}

internal static class LabelCopies
{
    public static System.Collections.Immutable.ImmutableDictionary<string, string> ToImmutableDictionaryOrdinal(this Dictionary<string, string> labels) =>
        System.Collections.Immutable.ImmutableDictionary.CreateRange(labels);
}
