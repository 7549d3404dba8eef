using System.Diagnostics;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.State.Readers;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>The spans of a round: one for each app of which something is decided because of a traced change, and one below it for each instance that it places.</summary>
internal sealed class RoundTrace(DateTimeOffset began, AssignmentBatch batch)
{
    private readonly Dictionary<AppId, Activity> apps = [];
    private readonly List<Activity> spans = [];

    /// <summary>Whoever carries out what was decided of an app goes on from here.</summary>
    /// <returns>Null where it belongs to no traced change.</returns>
    public string? Decided(AppEntry entry)
    {
        if (entry.App.Trace is not { } trace)
        {
            return null;
        }
        var id = entry.App.Input.Id;
        if (!apps.TryGetValue(id, out var span) && Begin("app.reconcile", trace.Context, entry) is { } begun)
        {
            apps[id] = span = begun;
        }
        // Where this process traces nothing, the others go on from the change itself.
        return batch.AppTraces[id] = PortalTraces.ContextOf(span) ?? trace.Context;
    }

    /// <summary>An instance got a host, or fits nowhere.</summary>
    public void Placed(AppEntry entry, NewInstance wanted, string? host, string reason)
    {
        if (Decided(entry) is not { } context)
        {
            return;
        }
        var span = Begin("instance.place", context, entry);
        span?.SetTag(TraceTags.Instance, wanted.Id.ToString()).SetTag(TraceTags.Slot, wanted.Slot).SetTag(TraceTags.Epoch, wanted.Epoch).SetTag(TraceTags.Revision, wanted.Revision)
            .SetTag(TraceTags.Host, host).SetTag(TraceTags.Reason, reason);
        if (host is null)
        {
            PortalTraces.Failed(span, "Unplaced", reason);
        }
        batch.Traces[wanted.Id] = PortalTraces.ContextOf(span) ?? context;
    }

    /// <summary>An instance is to stop.</summary>
    public void Stopped(AppEntry entry, InstanceId instance)
    {
        if (Decided(entry) is { } context)
        {
            batch.Traces[instance] = context;
        }
    }

    /// <summary>The change has been brought about: what is decided from now on is no part of it.</summary>
    public void Settled(AppEntry entry, string reason)
    {
        if (entry.App.Trace is { } trace)
        {
            batch.Settled.Add((entry.App.Input.Id, entry.App.Input.Generation));
            if (PortalTraces.Begin(PortalTraces.Controller, "app.settle", trace.Context, trace.ChangedAt) is { } span)
            {
                spans.Add(Of(span, entry).SetTag(TraceTags.Reason, reason));
            }
        }
    }

    /// <summary>What was decided is committed.</summary>
    public void End() => spans.ForEach(PortalTraces.End);

    private Activity? Begin(string name, string context, AppEntry entry)
    {
        var span = PortalTraces.Begin(PortalTraces.Controller, name, context, began);
        if (span is not null)
        {
            spans.Add(Of(span, entry));
        }
        return span;
    }

    private static Activity Of(Activity span, AppEntry entry) =>
        span.SetTag(TraceTags.Team, entry.App.Team).SetTag(TraceTags.App, entry.App.Name).SetTag(TraceTags.Generation, entry.App.Input.Generation);
}
