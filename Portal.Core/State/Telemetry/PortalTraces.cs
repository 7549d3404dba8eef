using System.Diagnostics;

namespace Portal.Core.State.Telemetry;

/// <summary>
/// The spans of a change, from what somebody asked for to the container that runs: one source a layer. The context of a change is stored with what it writes, so
/// that whoever acts on it, in another process and after a restart too, goes on with the same trace. While nobody listens nothing is made or stored.
/// </summary>
public static class PortalTraces
{
    /// <summary>The name of <see cref="Changes"/>. Listeners are asked about a source while it is made, when only its name is there.</summary>
    public const string ChangesName = "Portal.Changes";
    /// <summary>The name of <see cref="Controller"/>.</summary>
    public const string ControllerName = "Portal.Controller";
    /// <summary>The name of <see cref="Hosts"/>.</summary>
    public const string HostsName = "Portal.Hosts";

    /// <summary>Changes that people, programs and the autoscaler make: one span each, named as the audit names it.</summary>
    public static ActivitySource Changes { get; } = new(ChangesName);

    /// <summary>What the controller decides because of a change.</summary>
    public static ActivitySource Controller { get; } = new(ControllerName);

    /// <summary>What the workers of hosts do because of it.</summary>
    public static ActivitySource Hosts { get; } = new(HostsName);

    /// <summary>The names of all sources.</summary>
    public static IReadOnlyList<string> Sources { get; } = [ChangesName, ControllerName, HostsName];

    /// <summary>What is stored of a span, in the form of a W3C <c>traceparent</c>; null where it is not recorded.</summary>
    public static string? ContextOf(Activity? activity) => activity is { Recorded: true } ? activity.Id : null;

    /// <summary>The trace's id, 32 hexadecimal digits, by a stored context; null for none.</summary>
    public static string? TraceIdOf(string? context) => context is { Length: > 35 } ? context[3..35] : null;

    /// <summary>Begins a span below one that was stored. It does not become the current one, for what runs beside it is not its own.</summary>
    /// <param name="source">The layer.</param>
    /// <param name="name">Its name.</param>
    /// <param name="context">The stored context; null begins nothing.</param>
    /// <param name="at">When it began; now where it is not said.</param>
    /// <returns>Null where nobody listens.</returns>
    public static Activity? Begin(ActivitySource source, string name, string? context, DateTimeOffset at = default)
    {
        if (context is null || !source.HasListeners() || !ActivityContext.TryParse(context, null, isRemote: true, out var parent))
        {
            return null;
        }
        var current = Activity.Current;
        var begun = source.StartActivity(name, ActivityKind.Internal, parent, startTime: at);
        Activity.Current = current;
        return begun;
    }

    /// <summary>Ends a span wherever it was begun.</summary>
    public static void End(Activity activity)
    {
        var current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }

    /// <summary>A span within the current one; none where there is no current one.</summary>
    public static Activity? Within(ActivitySource source, string name) => Activity.Current is null ? null : source.StartActivity(name);

    /// <summary>Says what went wrong.</summary>
    /// <param name="activity">The span; null for none.</param>
    /// <param name="error">A stable word.</param>
    /// <param name="words">In words; must hold nothing secret.</param>
    public static void Failed(Activity? activity, string error, string? words = null) =>
        activity?.SetTag(TraceTags.Error, error).SetStatus(ActivityStatusCode.Error, words);
}
