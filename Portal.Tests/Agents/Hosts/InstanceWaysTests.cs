using System.Diagnostics;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Telemetry;
using Portal.Tests.Core.Planning;

namespace Portal.Tests.Agents.Hosts;

/// <summary>Which instances are on their way because of a traced change.</summary>
public sealed class InstanceWaysTests : IDisposable
{
    private readonly string _context = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly InstanceWays _ways = new(new HostScope(Guid.Empty, new HostId(Guid.Empty), "h1", "10.0.0.1"));

    public InstanceWaysTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == PortalTraces.HostsName, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                if (a.TraceId.ToHexString() == PortalTraces.TraceIdOf(_context))
                {
                    _ended.Add(a);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void It_goes_from_the_decision_until_the_instance_is_ready_and_nothing_later_belongs_to_it()
    {
        var (instance, running) = (Traced(Given.Wanted()), InstanceObservation.Initial with { State = InstanceState.Running, StartedAt = Given.Now });
        Take(instance, InstanceObservation.Initial);
        Assert.Equal(_context, _ways.ContextOf(instance.Id));
        _ways.See(instance, running);
        Assert.Equal(_context, _ways.ContextOf(instance.Id));
        _ways.See(instance, running with { ReadySince = Given.Now });
        Assert.Null(_ways.ContextOf(instance.Id));
        var span = Assert.Single(_ended);
        Assert.Equal(("instance.start", _context[36..52], ActivityStatusCode.Unset), (span.OperationName, span.ParentSpanId.ToHexString(), span.Status));
        Assert.Equal("running", Assert.Single(span.Events).Name);
        Take(instance, running);
        _ways.See(instance, running with { Failure = InstanceFailure.CrashLoop });
        Assert.Single(_ended);
    }

    [Fact]
    public void A_failure_ends_it_with_its_reason_and_a_stop_begins_anew()
    {
        var instance = Traced(Given.Wanted());
        Take(instance, InstanceObservation.Initial);
        _ways.See(instance, InstanceObservation.Initial with { State = InstanceState.Failed, Failure = InstanceFailure.Exited, Reason = "exited with 3" });
        Assert.Equal((ActivityStatusCode.Error, "exited with 3"), (_ended[0].Status, _ended[0].StatusDescription));
        Take(instance with { Desired = DesiredState.Stop }, InstanceObservation.Initial);
        Assert.Equal(_context, _ways.ContextOf(instance.Id));
        _ways.Take(new Dictionary<InstanceId, WantedInstance>(), _ => InstanceObservation.Initial);
        Assert.Equal("instance.stop", _ended[1].OperationName);
    }

    [Fact]
    public void What_was_ready_when_its_worker_began_is_on_no_way()
    {
        var instance = Traced(Given.Wanted());
        Take(instance, InstanceObservation.Initial with { State = InstanceState.Running, ReadySince = Given.Now });
        Assert.Null(_ways.ContextOf(instance.Id));
        Assert.Empty(_ended);
    }

    private WantedInstance Traced(WantedInstance instance) => instance with { Trace = new InstanceTrace(_context, Given.Now) };

    private void Take(WantedInstance instance, InstanceObservation seen) => _ways.Take(new Dictionary<InstanceId, WantedInstance> { [instance.Id] = instance }, _ => seen);
}
