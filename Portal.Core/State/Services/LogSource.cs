using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>A container whose output is read: from its engine, or, once it is gone, as far as it was kept.</summary>
internal sealed record LoggedContainer(InstanceView Instance, string Name, string Id, DateTimeOffset? StartedAt)
{
    /// <summary>Whether the container went with its instance, so that its engine knows no more of it.</summary>
    public bool IsGone => Instance.EndedAt is not null && !Instance.IsKept;

    /// <summary>Those that were asked for and are there.</summary>
    public static List<LoggedContainer> Of(IEnumerable<InstanceView> instances, LogRequest request) =>
    [
        .. from instance in instances.Where(i => i.HostId is not null)
           from container in instance.Containers
           where container.ContainerId is not null && (request.Container == InstanceParts.All || container.Name == (request.Container ?? InstanceParts.Main))
           select new LoggedContainer(instance, container.Name, container.ContainerId!, container.StartedAt),
    ];

    /// <summary>A line of its output, or one that Portal says of it.</summary>
    public InstanceLogLine Line(DateTimeOffset at, bool isError, string text, bool isMarker = false) =>
        new(Instance.Id, Instance.Slot, Instance.Host ?? "", at, isError, text, Name, Instance.Epoch, isMarker);
}

/// <summary>Reads the lines of single containers.</summary>
internal sealed class LogSource(IHostLogs hosts, IKeptLogs kept, TimeProvider time)
{
    /// <summary>So many characters of lines are held at once until it is known which are the last.</summary>
    private const long MostHeld = 4_000_000;

    /// <summary>What is there, with the tail counted after the text was sought.</summary>
    /// <param name="container">Whose.</param>
    /// <param name="request">Which lines.</param>
    /// <param name="seen">Told of every line that was read, also of those that were not sought.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<InstanceLogLine> ReadPastAsync(LoggedContainer container, LogRequest request, Action<InstanceLogLine>? seen, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var countsHere = container.IsGone || !string.IsNullOrEmpty(request.Text);
        var lines = container.IsGone ? ReadKeptAsync(container, request, cancellation)
            : ReadAsync(container, new LogQuery(false, countsHere ? null : request.Tail, request.Since, request.Until), cancellation);
        var (last, held, isCut) = (new Queue<InstanceLogLine>(), 0L, false);
        await foreach (var line in lines)
        {
            seen?.Invoke(line);
            if (!Matches(line, request))
            {
                continue;
            }
            if (!countsHere || request.Tail is null)
            {
                yield return line;
                continue;
            }
            last.Enqueue(line);
            held += SizeOf(line);
            while (last.Count > request.Tail || held > MostHeld)
            {
                isCut |= last.Count <= request.Tail;
                held -= SizeOf(last.Dequeue());
            }
        }
        if (isCut && last.Count < request.Tail)
        {
            yield return container.Line(last.TryPeek(out var first) ? first.At : time.GetUtcNow(), false, $"(Only the last {last.Count} lines with that text are here: name a shorter time to see more.)", isMarker: true);
        }
        foreach (var line in last)
        {
            yield return line;
        }
        if (container.IsGone && request.Markers && container.Instance.EndedAt is { } ended && (request.Until is null || ended <= request.Until) && (request.Since is null || ended >= request.Since))
        {
            yield return container.Line(ended, false, EndOf(container.Instance), isMarker: true);
        }
    }

    /// <summary>Lines as its engine gives them; where they cannot be read, one that says so.</summary>
    public async IAsyncEnumerable<InstanceLogLine> ReadAsync(LoggedContainer container, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
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
                failure = container.Line(time.GetUtcNow(), true, $"(Portal cannot read this log: {e.Message})", isMarker: true);
            }
            if (failure is not null)
            {
                yield return failure;
                yield break;
            }
            yield return container.Line(lines.Current.At, lines.Current.IsError, lines.Current.Text);
        }
    }

    /// <summary>What Portal says of an instance passes every search.</summary>
    public static bool Matches(InstanceLogLine line, LogRequest request) =>
        line.IsMarker || string.IsNullOrEmpty(request.Text) || line.Text.Contains(request.Text, StringComparison.OrdinalIgnoreCase);

    private async IAsyncEnumerable<InstanceLogLine> ReadKeptAsync(LoggedContainer container, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (await kept.FindAsync(container.Id, cancellation) is not { } log)
        {
            if (request.Markers || request.Instance is not null)
            {
                yield return container.Line(container.Instance.EndedAt ?? time.GetUtcNow(), true,
                    "(Its log was not kept: the container was removed from outside Portal and its log went with it, or its host was lost.)", isMarker: true);
            }
            yield break;
        }
        if (!log.IsWhole && request.Markers)
        {
            yield return container.Line(log.FirstAt, false, $"(Only its last {log.Lines} lines were kept.)", isMarker: true);
        }
        foreach (var line in log.Read().Where(l => (request.Since is not { } since || l.At >= since) && (request.Until is not { } until || l.At <= until)))
        {
            yield return container.Line(line.At, line.IsError, line.Text);
        }
    }

    private static long SizeOf(InstanceLogLine line) => line.Text.Length + 64;

    private static string EndOf(InstanceView instance) =>
        $"ended{(instance.ExitCode is { } code ? $" with exit code {code}" : "")}{(instance.Reason.Length > 0 ? $": {instance.Reason.TrimEnd('.')}" : "")}";
}
