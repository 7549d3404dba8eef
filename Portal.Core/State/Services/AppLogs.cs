using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>The output of an app's instances as one stream, by time. What cannot be read says so in a line of its own, so that it never looks like silence.</summary>
internal sealed class AppLogs(StorePulse pulse, ViewReader views, IHostLogs hosts, INoticeBus notices, TimeProvider time)
{
    /// <summary>Reads lines of all live instances, or one, live or ended.</summary>
    public async IAsyncEnumerable<InstanceLogLine> ReadAsync(AppId app, string name, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var instances = await FindAsync(app, request, cancellation);
        if (request.Instance is { } wanted && instances.Count == 0)
        {
            throw RefusedException.NotFound($"instance {wanted} of {name}");
        }
        if (request.Container is { } container and not (InstanceParts.Main or InstanceParts.All) && instances.Count > 0 && !instances.Exists(i => i.Containers.Any(c => c.Name == container)))
        {
            throw RefusedException.NotFound($"container {container} of {name}");
        }
        if (request.Follow)
        {
            await using var follower = new LogFollower(hosts, notices, time, app, request, async c => LoggedContainer.Of(await FindAsync(app, request, c), request));
            await foreach (var line in follower.ReadAsync(LoggedContainer.Of(instances, request), cancellation))
            {
                yield return line;
            }
            yield break;
        }
        var sources = LoggedContainer.Of(instances, request).Select(i => LogSource.ReadPastAsync(hosts, i, request, time, cancellation)).ToList();
        await foreach (var line in LogMerge.ByTimeAsync(sources, cancellation))
        {
            yield return line;
        }
    }

    private async Task<List<InstanceView>> FindAsync(AppId app, LogRequest request, CancellationToken cancellation)
    {
        if (request.Run is { } run)
        {
            return await FindInRunAsync(app, run, request.Instance, cancellation);
        }
        var live = await pulse.GuardAsync(() => views.ReadInstancesAsync([app.Value], ended: false, cancellation));
        if (request.Instance is not { } wanted)
        {
            // Of a job little is live for long: what its newest run said is there to be read.
            return live.Exists(i => i.Run is null) || (await pulse.GuardAsync(() => views.ReadRunsAsync(app, cancellation))).Find(r => r.Began) is not { } newest ? live
                : [.. live.Where(i => i.Run != newest.Number), .. await FindInRunAsync(app, newest.Number, null, cancellation)];
        }
        return live.FindAll(i => i.Id == wanted) is { Count: > 0 } found ? found
            : (await pulse.GuardAsync(() => views.ReadInstancesAsync([app.Value], ended: true, cancellation))).FindAll(i => i.Id == wanted);
    }

    private async Task<List<InstanceView>> FindInRunAsync(AppId app, int run, InstanceId? only, CancellationToken cancellation) =>
        (await pulse.GuardAsync(() => views.ReadRunInstancesAsync(app, run, cancellation))).FindAll(i => only is null ? i.EndedAt is null || i.IsKept : i.Id == only);
}

/// <summary>A container whose output is read.</summary>
internal sealed record LoggedContainer(InstanceView Instance, string Name, string Id, DateTimeOffset? StartedAt)
{
    /// <summary>Those that were asked for and are there.</summary>
    public static List<LoggedContainer> Of(IEnumerable<InstanceView> instances, LogRequest request) =>
    [
        .. from instance in instances.Where(i => i.HostId is not null)
           from container in instance.Containers
           where container.ContainerId is not null && (request.Container == InstanceParts.All || container.Name == (request.Container ?? InstanceParts.Main))
           select new LoggedContainer(instance, container.Name, container.ContainerId!, container.StartedAt),
    ];
}

/// <summary>One container's lines.</summary>
internal static class LogSource
{
    /// <summary>What is there, with the tail counted after the text was sought.</summary>
    public static async IAsyncEnumerable<InstanceLogLine> ReadPastAsync(IHostLogs hosts, LoggedContainer container, LogRequest request, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var sought = !string.IsNullOrEmpty(request.Text);
        var last = new Queue<InstanceLogLine>();
        await foreach (var line in ReadAsync(hosts, container, new LogQuery(false, sought ? null : request.Tail, request.Since), time, cancellation))
        {
            if (!Matches(line, request))
            {
                continue;
            }
            if (!sought || request.Tail is null)
            {
                yield return line;
                continue;
            }
            last.Enqueue(line);
            if (last.Count > request.Tail)
            {
                last.Dequeue();
            }
        }
        foreach (var line in last)
        {
            yield return line;
        }
    }

    /// <summary>Lines as they are; where they cannot be read, one that says so.</summary>
    public static async IAsyncEnumerable<InstanceLogLine> ReadAsync(IHostLogs hosts, LoggedContainer container, LogQuery query, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var lines = hosts.ReadAsync(container.Instance.HostId!.Value, container.Id, query, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            InstanceLogLine? failure = null;
            try
            {
                if (!await lines.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (EngineException e)
            {
                failure = Line(container, time.GetUtcNow(), true, $"(Portal cannot read this log: {e.Message})");
            }
            if (failure is not null)
            {
                yield return failure;
                yield break;
            }
            yield return Line(container, lines.Current.At, lines.Current.IsError, lines.Current.Text);
        }
    }

    public static bool Matches(InstanceLogLine line, LogRequest request) =>
        string.IsNullOrEmpty(request.Text) || line.Text.Contains(request.Text, StringComparison.OrdinalIgnoreCase);

    private static InstanceLogLine Line(LoggedContainer container, DateTimeOffset at, bool isError, string text) =>
        new(container.Instance.Id, container.Instance.Slot, container.Instance.Host ?? "", at, isError, text, container.Name);
}
