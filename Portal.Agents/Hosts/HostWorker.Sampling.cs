using Portal.Agents.Sampling;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Hosts;

/// <content>Which containers are measured.</content>
internal sealed partial class HostWorker
{
    private static readonly TimeSpan AimInterval = TimeSpan.FromSeconds(1);
    private DateTimeOffset _nextAimAt;

    /// <summary>What is to be measured. Its reader works beside this worker and never calls back.</summary>
    public SamplingAim Sampled { get; } = new();

    /// <summary>Tells the sampler what runs: at once when the engine falls silent, else once a second, for it need not know sooner.</summary>
    private void AimSampler(DateTimeOffset now)
    {
        if (_services.Sampling is null || now < _nextAimAt && IsAnswering == Sampled.Current.IsAnswering)
        {
            return;
        }
        _nextAimAt = now + AimInterval;
        var containers = from container in _containers.Values
                         where container.Details.State == "running" && container.Instance is { } id && _wanted.ContainsKey(id)
                         let wanted = _wanted[container.Instance!.Value]
                         orderby wanted.AppName, wanted.Id.Value, container.Part
                         select new SampledContainer(container.Id, MeasuredOf(wanted), container.Part == InstanceParts.Main, _memories[wanted.Id].Observation.Restarts);
        var order = new SamplingOrder(IsAnswering, _report.Engine?.RootFolder ?? "", [.. containers]);
        var present = Sampled.Current;
        if (order.IsAnswering != present.IsAnswering || order.RootFolder != present.RootFolder || !order.Containers.AsSpan().SequenceEqual(present.Containers.AsSpan()))
        {
            Sampled.Current = order;
        }
    }

    private MeasuredInstance MeasuredOf(WantedInstance wanted) => new()
    {
        Id = wanted.Id,
        App = wanted.App,
        AppName = wanted.AppName,
        Team = wanted.Team,
        TeamName = wanted.TeamName,
        Slot = wanted.Slot,
        Host = _host.Id,
        HostName = _host.Name,
        MemoryLimit = InstanceParts.MemoryLimitOf(wanted.Spec),
    };
}
