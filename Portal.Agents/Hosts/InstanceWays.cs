using System.Diagnostics;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Telemetry;

namespace Portal.Agents.Hosts;

/// <summary>
/// Which instances of a host are on their way because of a traced change: to being ready, or to their end. What is done for one on its way is part of that trace; a
/// restart a week later is not. Operations hang below the controller's decision, whose span is there already, so that a worker that dies leaves none without its parent.
/// </summary>
internal sealed class InstanceWays(HostScope host)
{
    private readonly Dictionary<InstanceId, Way> _ways = [];

    /// <summary>Takes in what is wanted.</summary>
    public void Take(IReadOnlyDictionary<InstanceId, WantedInstance> wanted, Func<InstanceId, InstanceObservation> seen)
    {
        if (!PortalTraces.Hosts.HasListeners())
        {
            return;
        }
        foreach (var id in _ways.Keys.Where(id => !wanted.ContainsKey(id)).ToList())
        {
            Finish(id, null);
            _ways.Remove(id);
        }
        foreach (var instance in wanted.Values)
        {
            var known = _ways.GetValueOrDefault(instance.Id);
            if (instance.Trace is null || known is not null && known.Context == instance.Trace.Context && known.Desired == instance.Desired)
            {
                continue;
            }
            Finish(instance.Id, known?.Desired == DesiredState.Run ? "told to stop before it was ready" : null);
            _ways[instance.Id] = IsThere(instance, seen(instance.Id)) ? new Way(instance.Trace.Context, instance.Desired, null) { IsOver = true }
                : new Way(instance.Trace.Context, instance.Desired, Begin(instance, instance.Trace));
        }
    }

    /// <summary>The trace that goes on with what is done for an instance now; null for none.</summary>
    public string? ContextOf(InstanceId instance) => _ways.GetValueOrDefault(instance) is { IsOver: false } way ? way.Context : null;

    /// <summary>An instance was seen otherwise than before.</summary>
    public void See(WantedInstance instance, InstanceObservation after)
    {
        if (_ways.GetValueOrDefault(instance.Id) is not { IsOver: false } way)
        {
            return;
        }
        if (after.State == InstanceState.Running && way is { Desired: DesiredState.Run, IsRunning: false })
        {
            way.IsRunning = true;
            way.Span?.SetTag(TraceTags.ContainerId, after.ContainerId).AddEvent(new ActivityEvent("running"));
        }
        if (IsThere(instance, after))
        {
            Finish(instance.Id, null);
        }
        else if (way.Desired == DesiredState.Run && after.Failure != InstanceFailure.None)
        {
            Finish(instance.Id, after.Reason, after.Failure.ToString());
        }
    }

    private static bool IsThere(WantedInstance instance, InstanceObservation seen) => instance.Desired == DesiredState.Stop
        ? seen.State == InstanceState.Stopped
        : seen.ReadySince is not null || instance.Run is not null && seen.State is InstanceState.Running or InstanceState.Stopped && seen.StartedAt is not null;

    private void Finish(InstanceId instance, string? trouble, string error = "Superseded")
    {
        if (_ways.GetValueOrDefault(instance) is not { IsOver: false } way)
        {
            return;
        }
        way.IsOver = true;
        if (way.Span is { } span)
        {
            if (trouble is not null)
            {
                PortalTraces.Failed(span, error, trouble);
            }
            PortalTraces.End(span);
        }
    }

    private Activity? Begin(WantedInstance instance, InstanceTrace trace) =>
        PortalTraces.Begin(PortalTraces.Hosts, instance.Desired == DesiredState.Stop ? "instance.stop" : "instance.start", trace.Context, trace.Since) is { } span ? Tell(span, host, instance) : null;

    /// <summary>Says of which instance a span is.</summary>
    public static Activity Tell(Activity span, HostScope host, WantedInstance instance) => span.SetTag(TraceTags.Host, host.Name).SetTag(TraceTags.Team, instance.TeamName).SetTag(TraceTags.App, instance.AppName)
        .SetTag(TraceTags.Instance, instance.Id.ToString()).SetTag(TraceTags.Slot, instance.Slot).SetTag(TraceTags.Epoch, instance.Epoch).SetTag(TraceTags.Revision, instance.Revision);

    private sealed class Way(string context, DesiredState desired, Activity? span)
    {
        public string Context => context;
        public DesiredState Desired => desired;
        public Activity? Span => span;
        public bool IsRunning { get; set; }
        public bool IsOver { get; set; }
    }
}
