namespace Portal.Core.State.Services;

/// <summary>Lines that wait for one reader, bounded in number and in characters: whoever has more to add waits, and slows the engine behind it.</summary>
internal sealed class LogBacklog(int mostLines, int mostCharacters)
{
    private readonly Lock _gate = new();
    private readonly Queue<InstanceLogLine> _lines = new();
    private long _characters;
    private bool _isComplete;
    private Exception? _failure;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _ready;
    private TaskCompletionSource? _full;

    /// <summary>Adds a line, once there is room. One line of any length always finds room in an empty backlog.</summary>
    public async ValueTask WriteAsync(InstanceLogLine line, CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_lines.Count == 0 || (_lines.Count < mostLines && _characters + line.Text.Length <= mostCharacters))
                {
                    _lines.Enqueue(line);
                    _characters += line.Text.Length;
                    Wake(ref _ready);
                    return;
                }
                Wake(ref _full);
                room = Wait(ref _room);
            }
            await room.WaitAsync(cancellation);
        }
    }

    /// <summary>Nothing more comes.</summary>
    /// <param name="failure">Why, if not because that was all: thrown to the reader behind the last line.</param>
    public void Complete(Exception? failure = null)
    {
        lock (_gate)
        {
            (_isComplete, _failure) = (true, failure);
            Wake(ref _ready);
            Wake(ref _full);
        }
    }

    /// <summary>Takes one line if there is one.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out InstanceLogLine? line)
    {
        lock (_gate)
        {
            if (_lines.TryDequeue(out line))
            {
                _characters -= line.Text.Length;
                Wake(ref _room);
                return true;
            }
            return false;
        }
    }

    /// <summary>Waits for a line.</summary>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task ready;
            lock (_gate)
            {
                if (_lines.Count > 0)
                {
                    return true;
                }
                if (_isComplete)
                {
                    return _failure is null ? false : throw _failure;
                }
                ready = Wait(ref _ready);
            }
            await ready.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits that long for more to gather, or until somebody has to wait for room.</summary>
    public async Task GatherAsync(TimeSpan span, TimeProvider time, CancellationToken cancellation)
    {
        Task full;
        lock (_gate)
        {
            if (_isComplete || _room is not null)
            {
                return;
            }
            full = Wait(ref _full);
        }
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(full, Task.Delay(span, time, pause.Token));
        await pause.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private static Task Wait(ref TaskCompletionSource? source) => (source ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private static void Wake(ref TaskCompletionSource? source)
    {
        source?.TrySetResult();
        source = null;
    }
}
