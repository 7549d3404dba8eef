using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Portal.Components.Live;

/// <summary>
/// What all circuits show alike, drawn once, as text: a circuit then holds neither its parts nor its words, and has nothing to compare. For what
/// only says something; what can be clicked beside links, or edited, stays a component.
/// </summary>
internal sealed class SharedMarkup(IServiceScopeFactory scopes, ILoggerFactory logs, TimeProvider time)
{
    private const int SweepAbove = 1000;
    private static readonly TimeSpan KeepUnused = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<object, Drawn> _drawn = new();
    private readonly Lock _sweeping = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>The text of what a key stands for; equal keys look the same.</summary>
    public MarkupString Of(object key, RenderFragment content)
    {
        var drawn = _drawn.GetOrAdd(key, static (object _, Func<MarkupString> draw) => new Drawn(new Lazy<MarkupString>(draw)), () => Draw(content));
        drawn.UsedAt = time.GetTimestamp();
        Sweep();
        return drawn.Text.Value;
    }

    internal MarkupString Draw(RenderFragment content)
    {
        using var scope = scopes.CreateScope();
        using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Fragment.Content)] = content });
        // Nobody else uses this renderer, and nothing in it waits: it is done at once.
        return new MarkupString(renderer.Dispatcher.InvokeAsync(() => renderer.BeginRenderingComponent<Fragment>(parameters).ToHtmlString()).GetAwaiter().GetResult());
    }

    private void Sweep()
    {
        if (_drawn.Count <= SweepAbove || time.GetElapsedTime(Interlocked.Read(ref _sweptAt)) < KeepUnused || !_sweeping.TryEnter())
        {
            return;
        }
        try
        {
            foreach (var (key, _) in _drawn.Where(d => time.GetElapsedTime(d.Value.UsedAt) > KeepUnused))
            {
                _drawn.TryRemove(key, out _);
            }
            Interlocked.Exchange(ref _sweptAt, time.GetTimestamp());
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    private sealed class Drawn(Lazy<MarkupString> text)
    {
        private long _usedAt;

        public Lazy<MarkupString> Text => text;

        public long UsedAt { get => Interlocked.Read(ref _usedAt); set => Interlocked.Exchange(ref _usedAt, value); }
    }

    private sealed class Fragment : IComponent
    {
        private RenderHandle _handle;

        [Parameter] public RenderFragment Content { get; set; } = default!;

        public void Attach(RenderHandle renderHandle) => _handle = renderHandle;

        public Task SetParametersAsync(ParameterView parameters)
        {
            parameters.SetParameterProperties(this);
            _handle.Render(Content);
            return Task.CompletedTask;
        }
    }
}
