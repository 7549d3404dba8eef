using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>The output of an app's instances as one stream, by time. What cannot be read says so in a line of its own, so that it never looks like silence.</summary>
internal sealed class AppLogs(StorePulse pulse, ViewReader views, IKeptLogs kept, IHostLogs hosts, INoticeBus notices, TimeProvider time)
{
    /// <summary>Of more that ended, only the latest are read.</summary>
    private const int MostEnded = 50;
    private readonly LogSource _source = new(hosts, kept, time);

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
        var past = LoggedContainer.Of(await WithEndedAsync(app, instances, request, cancellation), request);
        if (request.Follow)
        {
            await using var follower = new LogFollower(_source, notices, time, app, request, async c => LoggedContainer.Of(await FindAsync(app, request, c), request));
            await foreach (var line in follower.ReadAsync(past, cancellation))
            {
                yield return line;
            }
            yield break;
        }
        await foreach (var line in LogMerge.ByTimeAsync([.. past.Select(c => _source.ReadPastAsync(c, request, null, cancellation))], cancellation))
        {
            yield return line;
        }
    }

    private async Task<List<InstanceView>> WithEndedAsync(AppId app, List<InstanceView> live, LogRequest request, CancellationToken cancellation)
    {
        if (!request.Ended || request.Instance is not null || request.Run is not null)
        {
            return live;
        }
        var ended = await pulse.GuardAsync(() => views.ReadInstancesAsync([app.Value], ended: true, cancellation));
        return [.. live, .. ended.Where(i => !live.Exists(l => l.Id == i.Id) && (request.Since is not { } since || i.EndedAt >= since) && (request.Until is not { } until || i.CreatedAt <= until))
            .OrderByDescending(i => i.EndedAt).Take(MostEnded)];
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
            : await pulse.GuardAsync(() => views.ReadInstanceAsync(app, wanted, cancellation)) is { } ended ? [ended] : [];
    }

    private async Task<List<InstanceView>> FindInRunAsync(AppId app, int run, InstanceId? only, CancellationToken cancellation) =>
        (await pulse.GuardAsync(() => views.ReadRunInstancesAsync(app, run, cancellation))).FindAll(i => only is null || i.Id == only);
}
