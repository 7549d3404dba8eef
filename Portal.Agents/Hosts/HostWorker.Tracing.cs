using System.Diagnostics;
using Portal.Core.Planning;
using Portal.Core.State.Telemetry;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private readonly InstanceWays _ways;

    /// <summary>The span of an operation that a traced change led to; it ends with the operation.</summary>
    private Func<Activity?> Trace(Operation operation)
    {
        if (!PortalTraces.Hosts.HasListeners())
        {
            return static () => null;
        }
        var contexts = operation.For.Select(_ways.ContextOf).OfType<string>().ToList();
        if (operation is PullImage)
        {
            contexts.AddRange(_pulls.Values.Where(p => KeysOf(p.Wanted).Contains(operation.Key)).Select(p => p.Wanted.Trace).OfType<string>());
        }
        if (contexts.Count == 0 || !ActivityContext.TryParse(contexts[0], null, isRemote: true, out var parent))
        {
            return static () => null;
        }
        // Several instances may wait for one image: the others' traces are linked.
        var links = contexts.Skip(1).Where(c => PortalTraces.TraceIdOf(c) != PortalTraces.TraceIdOf(contexts[0])).DistinctBy(PortalTraces.TraceIdOf)
            .Select(c => new ActivityLink(ActivityContext.Parse(c, null))).ToList();
        var instance = operation.For is [var id, ..] ? _wanted.GetValueOrDefault(id) : null;
        return () =>
        {
            var span = PortalTraces.Hosts.StartActivity(NameOf(operation), ActivityKind.Internal, parent, links: links);
            if (span is not null && operation.For.Length == 1 && instance is not null)
            {
                InstanceWays.Tell(span, _scope, instance);
            }
            return span?.SetTag(TraceTags.Host, _host.Name).SetTag(TraceTags.Image, operation switch { PullImage pull => pull.Image, CreateAndStart create => create.Request.Image, _ => null })
                .SetTag(TraceTags.ContainerName, operation switch { CreateAndStart create => create.Request.Name, StopAndRemove remove => remove.Name, _ => null });
        };
    }

    private static string NameOf(Operation operation) => operation switch
    {
        EnsureNetwork => "network.ensure",
        PullImage => "image.pull",
        CreateAndStart => "container.run",
        StartContainer => "container.start",
        RestartContainer => "container.restart",
        StopContainer => "container.stop",
        StopAndRemove => "container.remove",
        RemoveVolume => "volume.remove",
        RemoveNetwork => "network.remove",
        _ => "host.operation",
    };

    private static void Told(Activity? span, OperationResult result)
    {
        span?.SetTag(TraceTags.ContainerId, result.Container?.Id ?? result.GoneContainer);
        if (result.Fault is { } fault)
        {
            PortalTraces.Failed(span, fault.Error.ToString(), fault.Message);
        }
        else if (!result.Succeeded)
        {
            PortalTraces.Failed(span, result.GivenUp ? "GivenUp" : "NameTaken", result.NameTakenBy);
        }
    }
}
