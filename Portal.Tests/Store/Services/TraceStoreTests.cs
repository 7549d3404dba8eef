using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Readers;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Views;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>A change keeps its trace with what it writes; while nobody listens there is none.</summary>
public sealed class TraceStoreTests(StoreFixture fixture)
{
    [Fact]
    public async Task A_change_keeps_its_trace_until_it_is_brought_about()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 1), Any, default);
        Assert.Null(await ContextAsync(stage, app.Id));
        Assert.Equal(0, await stage.CountAsync("SELECT count(*) FROM events WHERE trace_id IS NOT NULL"));

        using var spans = Listen();
        using var caller = new Activity("caller").SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
        await stage.Apps.ScaleAsync(Admin, "default", "web", 3, Any, default);
        caller.Stop();
        var trace = caller.TraceId.ToHexString();
        var context = await ContextAsync(stage, app.Id);
        Assert.Equal(trace, PortalTraces.TraceIdOf(context));
        Assert.NotEqual(caller.SpanId.ToHexString(), context![36..52]);
        Assert.Equal("AppScaled", Assert.Single(await stage.History.ListEventsAsync(Admin, new EventQuery { Text = trace }, default)).Kind);
        Assert.Equal(trace, (await stage.History.ListAuditAsync(Admin, null, 1, default))[0].TraceId);

        var reader = new ControlReader(stage.Get<Npgsql.NpgsqlDataSource>());
        Assert.Equal(context, (await reader.ReadAppsAsync(null, default))[app.Id].Trace?.Context);
        await stage.CountAsync($"INSERT INTO app_status (app_id, observed_generation, status, reason, desired, running, ready, updated, changed_at, settled_generation) SELECT id, generation, 'Running', '', 3, 3, 3, 3, now(), generation FROM apps RETURNING 1");
        Assert.Null((await reader.ReadAppsAsync(null, default))[app.Id].Trace);
    }

    [Fact]
    public async Task A_refused_change_says_so_without_what_was_asked_for()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var ended = new List<Activity>();
        using var spans = Listen(ended.Add);
        using var caller = new Activity("caller").SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
        await RefusedAsync(RefusalKind.NotFound, () => stage.Apps.ScaleAsync(Admin, "default", "nowhere", 3, Any, default));
        var span = Assert.Single(ended, a => a.TraceId == caller.TraceId);
        Assert.Equal(("app.scale", ActivityStatusCode.Error, "NotFound"), (span.OperationName, span.Status, span.GetTagItem(TraceTags.Error)));
        Assert.Null(span.StatusDescription);
    }

    /// <summary>Only to what hangs below a caller of the test's own: other tests go on untraced.</summary>
    private static ActivityListener Listen(Action<Activity>? ended = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == PortalTraces.ChangesName, ActivityStopped = ended,
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => o.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static async Task<string?> ContextAsync(ServiceStage stage, AppId app)
    {
        await using var db = await stage.OpenAsync();
        return (await db.Apps.SingleAsync(a => a.Id == app)).Traceparent;
    }
}
